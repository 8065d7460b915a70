// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.ZonedDateTime;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** The pages that answer a question. */
final class SearchGroup implements Routes.Group {
  private static final int DEFAULT_LIMIT = 20;
  private static final int MAX_LIMIT = 100;

  private final Services services;

  SearchGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes.get(Routes.PREFIX + "/search", this::search);
  }

  private void search(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    Shapes shapes = new Shapes(services);
    Search search = shapes.labels().asked(question(exchange));
    SearchResults results = services.readable().borrow(store -> store.search(search));
    ObjectNode root = Json.object();
    ArrayNode hits = root.putArray("hits");
    results.hits().forEach(hit -> hits.add(shapes.hit(hit)));
    Continuation next = results.continuation();
    root.put("cursor", next == null ? null : next.toString());
    ArrayNode unknown = root.putArray("unknownWords");
    results
        .unknownWords()
        .forEach(word -> unknown.addObject().put("word", word.word()).put("near", word.near()));
    exchange.json(root);
  }

  private static Search question(Exchange exchange) {
    String text = exchange.text("q", "");
    String cursor = exchange.text("cursor");
    int limit = exchange.number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    try {
      @Nullable Continuation next = cursor == null ? null : Continuation.parse(cursor);
      return new Search(text, limit, ZonedDateTime.now(exchange.zone()), next);
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(
          Code.QUESTION_REFUSED, Problem.sentence(e), "Shorten the text, or search anew.");
    }
  }
}
