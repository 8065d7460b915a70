// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.jmx;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.chroniclesync.api.sync.Node;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Has the MXBean in the MBean server of the process as long as there is a node. */
@Component(
    service = {},
    immediate = true)
public final class Registration {
  static final String NAME = "org.chroniclesync:type=Node";

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName name;

  /**
   * Registers it.
   *
   * @param node what it shows
   * @throws IllegalStateException if the process has another node that is registered
   */
  @Activate
  public Registration(@Reference Node node) throws JMException {
    name = new ObjectName(NAME);
    try {
      server.registerMBean(new StandardMBean(new NodeView(node), NodeMXBean.class, true), name);
    } catch (InstanceAlreadyExistsException e) {
      throw new IllegalStateException(
          "Another node of this Java process is already registered as "
              + NAME
              + ". Run each node in a process of its own.",
          e);
    }
  }

  @Deactivate
  void close() throws JMException {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      // Somebody removed it by hand.
      return;
    }
  }
}
