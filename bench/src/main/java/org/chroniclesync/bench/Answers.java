// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Asks the API of a node as its page does, and keeps how long each answer took from when the
 * question was due: one that had to wait before it was asked has waited all the same. Safe for any
 * thread.
 */
final class Answers {
  private final HttpClient client;
  private final PageNode.Visitor visitor;
  private final Collection<Answer> all = new ConcurrentLinkedQueue<>();

  /**
   * What was answered.
   *
   * @param kind what was asked, and what came instead of an answer
   */
  record Answer(String kind, long dueNanos, double millis) {
    boolean wasDue(long fromNanos, long untilNanos) {
      return dueNanos - fromNanos >= 0 && dueNanos - untilNanos < 0;
    }
  }

  Answers(HttpClient client, PageNode.Visitor visitor) {
    this.client = client;
    this.visitor = visitor;
  }

  /** Asks; what is returned has the answer, or nothing if there was none. */
  CompletableFuture<String> ask(String kind, String path, long dueNanos) {
    return client
        .sendAsync(visitor.asks(path), HttpResponse.BodyHandlers.ofString())
        .handle((response, failure) -> keep(kind, dueNanos, response, failure));
  }

  private String keep(
      String kind, long dueNanos, HttpResponse<String> response, Throwable failure) {
    boolean right = failure == null && response.statusCode() == 200;
    String said = failure == null ? " " + response.statusCode() : " failed";
    double millis = (System.nanoTime() - dueNanos) / 1e6;
    all.add(new Answer(right ? kind : kind + said, dueNanos, millis));
    return right ? response.body() : "";
  }

  /** Those that have come. */
  List<Answer> all() {
    return List.copyOf(all);
  }
}
