// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.core.base.Rank;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The parts whose ranking is no whole number. Somebody wanted to prefer one, and would look in vain
 * for why it is not.
 *
 * @param bundles knows the services
 */
record Rankings(BundleContext bundles) implements PartReporter {
  private static final String RANKED = "(" + Constants.SERVICE_RANKING + "=*)";
  private static final String REMEDY =
      "Write a whole number into its configuration, such as "
          + Constants.SERVICE_RANKING
          + " = 10; the highest is preferred.";

  private static final int MAX_SHOWN_CHARS = 40;

  @Override
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (Components.Kind kind : Components.KINDS) {
      for (ServiceReference<?> reference : ranked(kind.service())) {
        if (Rank.readRanking(reference) == null) {
          Part.State state = new Part.Degraded(cause(reference), REMEDY);
          parts.add(new Part(kind.kind(), name(kind, reference), state));
        }
      }
    }
    return parts;
  }

  private List<ServiceReference<?>> ranked(Class<?> service) {
    try {
      return List.copyOf(bundles.getServiceReferences(service, RANKED));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(RANKED, e);
    }
  }

  /** A handler may have several types. */
  private static String name(Components.Kind kind, ServiceReference<?> reference) {
    Object name = reference.getProperty(kind.nameProperty());
    return name instanceof String[] names ? String.join(", ", names) : Objects.toString(name, "");
  }

  private static String cause(ServiceReference<?> reference) {
    String ranking = String.valueOf(reference.getProperty(Constants.SERVICE_RANKING));
    String shown =
        ranking.length() > MAX_SHOWN_CHARS ? ranking.substring(0, MAX_SHOWN_CHARS) + "…" : ranking;
    return "Its service.ranking is \"" + shown + "\", which is not a whole number and counts as 0.";
  }
}
