// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;

/** The session of a command that is called by hand. */
final class Console {
  /** One whose output nobody sees. */
  static final CommandSession NONE = printingTo(OutputStream.nullOutputStream());

  private Console() {}

  static CommandSession printingTo(OutputStream out) {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return (CommandSession)
        Proxy.newProxyInstance(
            CommandSession.class.getClassLoader(),
            new Class<?>[] {CommandSession.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "getConsole" -> print;
                  case "get" -> Map.<Object, Object>of().get(args[0]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
