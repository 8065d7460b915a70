// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.status.json.StatusJson;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;

/** The bundles behind the parts: started, stopped, exchanged while sessions go on. */
final class PartsGroup implements Routes.Group {
  private static final String HOUSE = "org.chroniclesync.";
  private static final String API = HOUSE + "api.";

  /** Who stops one of these stops the page or the node. */
  private static final Set<String> KEPT =
      Set.of(HOUSE + "api", HOUSE + "core", HOUSE + "web", HOUSE + "shell", HOUSE + "shell.karaf");

  private static final int MAX_NAME_CHARS = 200;

  private final Services services;
  private final Works works;
  private final BundleContext context;
  private final PartSettings settings;

  PartsGroup(Services services, Works works, BundleContext context, PartSettings settings) {
    this.services = services;
    this.works = works;
    this.context = context;
    this.settings = settings;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/parts", exchange -> exchange.json(all()))
        .get(
            Routes.PREFIX + "/parts/{pid}/settings",
            exchange -> exchange.json(settings.json(exchange.variable("pid"))))
        .put(Routes.PREFIX + "/parts/{pid}/settings", this::change)
        .post(Routes.PREFIX + "/parts/{bundle}/start", this::start)
        .post(Routes.PREFIX + "/parts/{bundle}/stop", this::stop)
        .post(Routes.PREFIX + "/parts/{bundle}/swap", this::swap);
  }

  private ObjectNode all() {
    ObjectNode root = Json.object();
    Node node = services.nodeOrNull();
    root.set("parts", node == null ? Json.array() : StatusJson.parts(node.status().parts()));
    ArrayNode bundles = root.putArray("bundles");
    for (Bundle bundle : context.getBundles()) {
      Set<String> seams = seams(bundle);
      if (!seams.isEmpty() || isOwn(bundle)) {
        ObjectNode one =
            bundles
                .addObject()
                .put("name", name(bundle))
                .put("version", bundle.getVersion().toString())
                .put("state", state(bundle))
                .put("own", isOwn(bundle))
                .put("swappable", isSwappable(bundle));
        ArrayNode of = one.putArray("seams");
        seams.forEach(of::add);
        ArrayNode pids = one.putArray("settings");
        settings.pids(bundle).forEach(pids::add);
      }
    }
    return root;
  }

  private static String name(Bundle bundle) {
    String name = bundle.getSymbolicName();
    return name == null ? bundle.getLocation() : name;
  }

  private static boolean isOwn(Bundle bundle) {
    return name(bundle).startsWith(HOUSE);
  }

  private static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
  }

  private static boolean isSwappable(Bundle bundle) {
    return !KEPT.contains(name(bundle)) && !isFragment(bundle) && !seams(bundle).isEmpty();
  }

  private static String state(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.ACTIVE -> "active";
      case Bundle.STARTING -> "starting";
      case Bundle.STOPPING -> "stopping";
      case Bundle.INSTALLED -> "broken";
      default -> isFragment(bundle) ? "active" : "stopped";
    };
  }

  /** What it says that it provides, whether or not it runs, and what it registers now. */
  private static Set<String> seams(Bundle bundle) {
    Set<String> seams = new TreeSet<>();
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision != null) {
      revision
          .getDeclaredCapabilities(null)
          .forEach(
              capability -> {
                String namespace = capability.getNamespace();
                if (namespace.startsWith(HOUSE)) {
                  seams.add(namespace.substring(HOUSE.length()));
                } else if (namespace.equals("osgi.service")) {
                  addSeam(seams, capability.getAttributes().get(Constants.OBJECTCLASS));
                }
              });
    }
    addRegistered(seams, bundle);
    return seams;
  }

  private static void addRegistered(Set<String> seams, Bundle bundle) {
    ServiceReference<?>[] registered = bundle.getRegisteredServices();
    if (registered != null) {
      for (ServiceReference<?> one : registered) {
        addSeam(seams, one.getProperty(Constants.OBJECTCLASS));
      }
    }
  }

  private static void addSeam(Set<String> seams, @Nullable Object classes) {
    if (classes instanceof String[] several) {
      Arrays.stream(several).forEach(one -> addSeam(seams, one));
    } else if (classes instanceof Iterable<?> list) {
      list.forEach(one -> addSeam(seams, one));
    } else if (classes instanceof String name && name.startsWith(API)) {
      seams.add(name.substring(API.length()).replaceFirst("\\..*", ""));
    }
  }

  private Bundle bundle(Exchange exchange) {
    return bundle(exchange.variable("bundle"));
  }

  private Bundle bundle(String wanted) {
    for (Bundle bundle : context.getBundles()) {
      if (name(bundle).equals(wanted)) {
        if (!isSwappable(bundle)) {
          throw Problem.conflict(
              Code.BUNDLE_NEEDED,
              "Who stops or starts this bundle here would lose the page or the node.",
              "Use the commands start and stop on the command line.");
        }
        return bundle;
      }
    }
    throw Problem.unknown(Code.BUNDLE_GONE, "There is no such bundle.", "Load the list again.");
  }

  private void start(Exchange exchange) throws IOException {
    Bundle bundle = bundle(exchange);
    try {
      bundle.start();
    } catch (BundleException e) {
      throw Problem.conflict(
              Code.BUNDLE_NOT_STARTED,
              "The bundle does not start: " + Problem.sentence(e),
              "Install what it misses.")
          .with("why", Problem.sentence(e));
    }
    exchange.json(all());
  }

  private void stop(Exchange exchange) throws IOException {
    Bundle bundle = bundle(exchange);
    try {
      bundle.stop();
    } catch (BundleException e) {
      throw Problem.conflict(
              Code.BUNDLE_NOT_STOPPED,
              "The bundle does not stop: " + Problem.sentence(e),
              "The log of the node says why.")
          .with("why", Problem.sentence(e));
    }
    exchange.json(all());
  }

  /** Another one takes its place: that one is there before this one goes. */
  private void swap(Exchange exchange) throws IOException {
    Bundle before = bundle(exchange);
    Bundle after = bundle(Body.of(exchange.body(), "by").required("by", MAX_NAME_CHARS));
    Swap swap = Swap.of(services, part(before), seams(before), part(after), seams(after));
    Works.Work work =
        works.begin("swap", "The other part is being started.", progress -> swap.run(progress));
    exchange.json(HttpServletResponse.SC_ACCEPTED, work.json());
  }

  private static Swap.Part part(Bundle bundle) {
    return new Swap.Part() {
      @Override
      public String name() {
        return PartsGroup.name(bundle);
      }

      @Override
      public Bundle bundle() {
        return bundle;
      }

      @Override
      public Set<String> fills() {
        Set<String> seams = new TreeSet<>();
        addRegistered(seams, bundle);
        return seams;
      }

      @Override
      public Set<String> storageTypes() {
        ServiceReference<?>[] offered = bundle.getRegisteredServices();
        return Stream.of(offered == null ? new ServiceReference<?>[0] : offered)
            .map(one -> one.getProperty(HistoryStore.TYPE_PROPERTY))
            .filter(Objects::nonNull)
            .map(Object::toString)
            .collect(Collectors.toSet());
      }
    };
  }

  private void change(Exchange exchange) throws IOException {
    ObjectNode values = Body.of(exchange.body(), "values").object("values");
    String pid = exchange.variable("pid");
    settings.change(pid, values);
    exchange.json(settings.json(pid));
  }
}
