// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.transport.Transport;

/** What a node is made of, for those who take part without being one. */
final class Parts implements AutoCloseable {
  private static final Set<String> OF_NODES_ONLY =
      Set.of(
          "org.chroniclesync.core",
          "org.chroniclesync.handler.standard",
          "org.chroniclesync.importer.browser",
          "org.chroniclesync.shell",
          "org.chroniclesync.storage.memory",
          "org.chroniclesync.storage.sqlite",
          "org.chroniclesync.discovery.manual",
          "org.chroniclesync.transport.websocket");

  private final Container container;

  private Parts(Container container) {
    this.container = container;
  }

  /** What somebody without the mnemonic can use. */
  static Parts withoutAccount(Path folder) throws IOException {
    return new Parts(start(folder, Map.of()));
  }

  static Parts ofAccount(Path folder, String mnemonic, String url) throws IOException {
    NodeUnderTest.writeMnemonic(folder, mnemonic);
    Map<String, Map<String, Object>> configurations = new HashMap<>();
    configurations.put(
        "org.chroniclesync.crypto.bouncycastle",
        Map.of("accountDirectory", folder + "/account", "cipherProvider", "jdk"));
    configurations.put("org.chroniclesync.discovery.websocket~test", Map.of("url", url));
    return new Parts(start(folder, configurations));
  }

  private static Container start(Path folder, Map<String, Map<String, Object>> configurations)
      throws IOException {
    return Container.start(
        "node", folder.resolve("cache"), Map.of(), configurations, Map.of(), OF_NODES_ONLY);
  }

  Transport transport() {
    return container.await(Transport.class, there -> true);
  }

  Identity identity() {
    return container.await(Identity.class, there -> true);
  }

  Discovery discovery() {
    return container.await(Discovery.class, there -> true);
  }

  MessageCodec codec() {
    return container.await(MessageCodec.class, there -> true);
  }

  @Override
  public void close() {
    container.close();
  }
}
