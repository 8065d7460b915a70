// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many file descriptors this process has left. Counting takes a while where there are many, so
 * between two counts each accepted connection is taken for one.
 */
class Descriptors {
  private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

  /** Members leave so many to handshakes, {@code /health} among them, and to the process. */
  private static final long KEPT_FROM_MEMBERS = 64;

  /** Handshakes leave so many to the process itself: its log, its files. */
  private static final long KEPT_FROM_HANDSHAKES = 16;

  /** With so many it is well again; whoever hovers about the bound does not fill the log. */
  private static final long PLENTY = 2 * KEPT_FROM_MEMBERS;

  private final AtomicBoolean scarce = new AtomicBoolean();
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE / 2);

  Descriptors() {
    count();
  }

  /** Counts anew, and says when they become scarce and when there are enough again. */
  void count() {
    long counted = countLeft();
    left.set(counted);
    if (counted < KEPT_FROM_MEMBERS && !scarce.getAndSet(true)) {
      LOG.warn(
          "This process has {} file descriptors left. Those who have joined stay; nobody new is let"
              + " in. Raise the limit of the process (LimitNOFILE of systemd, ulimit -n).",
          counted);
    } else if (counted >= PLENTY && scarce.getAndSet(false)) {
      LOG.info("There are enough file descriptors again; new clients are let in.");
    }
  }

  void accepted() {
    left.decrementAndGet();
  }

  boolean sufficeForMembers() {
    return left.get() >= KEPT_FROM_MEMBERS;
  }

  boolean sufficeForHandshakes() {
    return left.get() >= KEPT_FROM_HANDSHAKES;
  }

  /** By name, because the class of the bean belongs to no specification. */
  long countLeft() {
    try {
      MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
      ObjectName system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
      return number(beans, system, "MaxFileDescriptorCount")
          - number(beans, system, "OpenFileDescriptorCount");
    } catch (JMException e) {
      LOG.debug("this system does not count descriptors", e);
      return Long.MAX_VALUE / 2;
    }
  }

  private static long number(MBeanServer beans, ObjectName system, String attribute)
      throws JMException {
    return ((Number) beans.getAttribute(system, attribute)).longValue();
  }
}
