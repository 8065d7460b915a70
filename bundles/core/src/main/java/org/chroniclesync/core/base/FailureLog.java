// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.NodeStatus.Failure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong lately, each sentence once, with how often. Safe for any thread. */
public final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  private final Clock clock;
  private final Map<String, Failure> bySentence = new LinkedHashMap<>();
  private final EngineFaults engine = new EngineFaults(this, System::nanoTime);

  public FailureLog(Clock clock) {
    this.clock = clock;
  }

  /** Returns what the node itself failed at. */
  public EngineFaults engine() {
    return engine;
  }

  public void add(String what) {
    add(what, null);
  }

  /** With what caused it, which is for the log. */
  public void add(String what, @Nullable Throwable cause) {
    // Said aloud once; a peer that fails again and again must not fill the log.
    if (note(what)) {
      LOG.warn(what, cause);
    } else {
      LOG.debug("again: {}", what);
    }
  }

  /**
   * Adds what the log says elsewhere, as it does of each part that is not well.
   *
   * @return true if it is new
   */
  public synchronized boolean note(String what) {
    Failure before = bySentence.remove(what);
    long times = before == null ? 1 : before.times() + 1;
    bySentence.put(what, new Failure(clock.instant(), what, times));
    if (bySentence.size() > NodeStatus.MAX_FAILURES) {
      bySentence.remove(bySentence.keySet().iterator().next());
    }
    return before == null;
  }

  public synchronized List<Failure> newestFirst() {
    List<Failure> list = new ArrayList<>(bySentence.values());
    Collections.reverse(list);
    return list;
  }
}
