// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.chroniclesync.api.page.Sharing;

/** How the page is shared, for the shells and the page alike. */
public final class ShareJson {
  private ShareJson() {}

  /** Returns it. */
  public static ObjectNode of(Sharing.State state) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("on", state.on())
            .put("port", state.port())
            .put("password", state.hasPassword())
            .put("fingerprint", state.fingerprint())
            .put("until", state.until() == null ? null : state.until().toString())
            .put("trouble", state.trouble());
    ArrayNode addresses = json.putArray("addresses");
    state.addresses().forEach(address -> addresses.add(address.toString()));
    ArrayNode guests = json.putArray("guests");
    state
        .guests()
        .forEach(
            guest ->
                guests
                    .addObject()
                    .put("id", guest.id())
                    .put("browser", guest.browser())
                    .put("address", guest.address())
                    .put("since", guest.since().toString())
                    .put("seen", guest.seen().toString()));
    return json;
  }
}
