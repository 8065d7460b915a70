// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.versioning.ProviderType;

/**
 * On a component class: its bundle provides a {@link HistoryStore}, so that whoever installs a node
 * without one is told by the resolver.
 */
@Capability(namespace = StorageProvider.NAMESPACE)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@ProviderType
public @interface StorageProvider {
  /** The namespace of the capability. */
  String NAMESPACE = "org.chroniclesync.storage";

  /**
   * The technology, as in {@link HistoryStore#TYPE_PROPERTY}.
   *
   * @return the attribute {@code type} of the capability
   */
  @Attribute("type")
  String type();

  /**
   * Whether the store keeps rule 1 of {@link HistoryStore}.
   *
   * @return the attribute {@code durable} of the capability
   */
  @Attribute("durable")
  boolean durable() default true;
}
