// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.versioning.ProviderType;

/**
 * On a component class: its bundle provides a {@link Transport}, so that whoever installs a node
 * without one is told by the resolver.
 */
@Capability(namespace = TransportProvider.NAMESPACE)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@ProviderType
public @interface TransportProvider {
  /** The namespace of the capability. */
  String NAMESPACE = "org.chroniclesync.transport";

  /**
   * The technology, as in {@link Transport#NAME_PROPERTY}.
   *
   * @return the attribute {@code name} of the capability
   */
  @Attribute("name")
  String name();
}
