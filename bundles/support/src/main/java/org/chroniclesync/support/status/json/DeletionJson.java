// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.support.status.Labels;

/** A deletion and how far it has got, for the shells and the page alike. */
public final class DeletionJson {
  private DeletionJson() {}

  /** Returns one deletion. */
  public static ObjectNode of(Deletion deletion, Labels labels) {
    Instant undoUntil = deletion.undoUntil();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("number", deletion.number())
            .put("at", deletion.at().toString())
            .put("visits", deletion.visits())
            .put("state", deletion.state().name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .put("undoUntil", undoUntil == null ? null : undoUntil.toString())
            .put("problem", deletion.problem());
    node.set("holding", devices(deletion.holding(), labels));
    node.set("lacking", devices(deletion.lacking(), labels));
    return node;
  }

  private static ArrayNode devices(List<KnownDevice> devices, Labels labels) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    devices.forEach(
        one ->
            array
                .addObject()
                .put("peer", one.peer().value())
                .put("name", one.name())
                .put("label", labels.of(one))
                .put("lastSeen", one.lastSeen().toString()));
    return array;
  }
}
