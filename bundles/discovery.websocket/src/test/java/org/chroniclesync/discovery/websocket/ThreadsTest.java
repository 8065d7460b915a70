// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class ThreadsTest {
  private static final long PATIENCE_MILLIS = 60_000;

  /** Red from Java 19 on while the thread that made it was kept, with its task. */
  @Test
  void whatWasMadeIsNotHeldOnceAllThreadsHaveEnded() throws Exception {
    Threads threads = new Threads();
    WeakReference<Object> made = new WeakReference<>(threads.make(Object::new));

    assertThat(threads.end(PATIENCE_MILLIS)).isTrue();

    while (made.get() != null) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(threads.isCurrent()).isFalse();
  }
}
