// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends processes that we started, with all that they started. */
final class Children {
  private static final long PATIENCE_SECONDS = 20;

  private Children() {}

  static void end(ProcessHandle child) throws InterruptedException {
    List<ProcessHandle> all = Stream.concat(Stream.of(child), child.descendants()).toList();
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle one : all) {
      try {
        one.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        one.destroyForcibly();
      }
    }
  }
}
