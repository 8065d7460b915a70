// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says how parts do that the node does not know otherwise, such as an importer. Register it as an
 * OSGi service: the node asks all of them, and shows what they say in {@link NodeStatus#parts}. A
 * storage, transport, discovery, message handler, codec or identity is shown without one.
 *
 * <p>A reporter that throws, or does not answer within a second, is itself shown as failed, and
 * asked again the next time. After it was unregistered it is not asked again, but a call under way
 * may still end later.
 */
@ConsumerType
public interface PartReporter {
  /** How many parts of one reporter are shown; further ones are dropped. */
  int MAX_PARTS = 64;

  /**
   * Returns the parts as they are now. Called from any thread, every few seconds; not by two
   * threads at once. It must not block.
   *
   * @return the parts; of two with the same kind and name, from any reporter, the node shows the
   *     worse
   */
  List<Part> parts();

  /**
   * Tells the reporter how to be asked at once, and not only within some seconds. Called once,
   * before the first question, from any thread; it must not block. By default it does nothing.
   *
   * @param changed to be run whenever the parts have changed; from any thread, it does not block,
   *     and does nothing once the node has stopped
   */
  default void watch(Runnable changed) {}
}
