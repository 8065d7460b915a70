// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** What a hotel answers to everything until one has signed in: go to this page. */
final class Portal {
  static final int PORT = 8_080;
  private static final byte[] PAGE = "<!doctype html><title>Welcome</title>".getBytes(UTF_8);

  private Portal() {}

  public static void main(String[] arguments) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
    server.createContext("/", Portal::answer);
    server.start();
    try {
      Program.readyUntilEndOfInput();
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean there = exchange.getRequestURI().getPath().equals("/welcome");
      exchange.getResponseHeaders().set("Content-Type", "text/html");
      exchange.getResponseHeaders().set("Connection", "close");
      exchange.getResponseHeaders().set("Location", "http://wifi.example/welcome");
      exchange.sendResponseHeaders(there ? 200 : 302, PAGE.length);
      exchange.getResponseBody().write(PAGE);
    }
  }
}
