// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What most commands ask, each of them null while it is not there. */
@Component(service = NodeServices.class)
public final class NodeServices { // public, as the component runtime makes it
  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final AtomicReference<@Nullable History> history = new AtomicReference<>();
  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();

  @Nullable Node node() {
    return node.get();
  }

  @Nullable History history() {
    return history.get();
  }

  @Nullable DeviceNames names() {
    return names.get();
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Node.class)
  void bindNode(Node arriving) {
    node.set(arriving);
  }

  void unbindNode(Node leaving) {
    node.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = History.class)
  void bindHistory(History arriving) {
    history.set(arriving);
  }

  void unbindHistory(History leaving) {
    history.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = DeviceNames.class)
  void bindNames(DeviceNames arriving) {
    names.set(arriving);
  }

  void unbindNames(DeviceNames leaving) {
    names.compareAndSet(leaving, null);
  }
}
