// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.Servlet;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;

/** Serves the page at the HTTP service of the framework, and says so in the state of the node. */
@Component(
    service = {Page.class, PartReporter.class},
    configurationPid = "org.chroniclesync.web",
    immediate = true)
@Designate(ocd = Config.class)
@Requirement(
    namespace = "osgi.implementation",
    name = "osgi.http",
    version = "2.0",
    effective = "active")
public final class PageComponent implements Page, PartReporter {
  private static final String ENDPOINT = "osgi.http.endpoint";
  private static final String PORT = "org.osgi.service.http.port";
  private static final String KIND = "page";

  private static final String REMEDY =
      "Stop the program that uses the port and start the node again, or choose another one with"
          + " start --port N.";

  private final @Nullable String port;
  private final Sessions sessions;
  private final Works works;
  private final EventStreams streams;
  private final Tallies tallies;
  private final Preparing preparing;
  private final Share share;
  private final ServiceRegistration<Servlet> registration;
  private final Map<ServiceReference<HttpServiceRuntime>, Boolean> runtimes =
      new ConcurrentHashMap<>();

  /**
   * Begins to serve.
   *
   * @param config how
   * @param context of this bundle
   * @param services the parts of the node
   */
  @Activate
  public PageComponent(Config config, BundleContext context, @Reference Services services) {
    Settings settings = Settings.of(config);
    port = context.getProperty(PORT);
    sessions =
        new Sessions(
            Clock.systemUTC(),
            settings.link(),
            settings.session(),
            new SessionFile(besides(settings.configurations())));
    works = new Works(task -> DaemonThreads.make("chroniclesync-page-work", task));
    streams =
        new EventStreams(
            services,
            works,
            settings.streams(),
            task -> DaemonThreads.make("chroniclesync-page-events", task));
    KeptSettings kept = new KeptSettings(settings.configurations());
    tallies =
        new Tallies(
            services.longReads(), task -> DaemonThreads.make("chroniclesync-page-counts", task));
    InsightGroup insights = new InsightGroup(services, tallies);
    preparing =
        new Preparing(insights, task -> DaemonThreads.make("chroniclesync-page-ahead", task));
    Routes.Group[] forAll = forAll(services, works, streams, insights);
    Routes.Group parts =
        new PartsGroup(services, works, context, new PartSettings(services, context, kept));
    StaticFiles files = new StaticFiles();
    share =
        new Share(
            houseFolder(settings.configurations(), context),
            settings.authorities(),
            settings.session(),
            Clock.systemUTC(),
            task -> DaemonThreads.make("chroniclesync-page-share", task),
            (place, sharing) ->
                new PageServlet(
                    new Gate(place, Clock.systemUTC()),
                    null,
                    new Routes()
                        .with(forAll)
                        .without(Problem::onlyThere, onlyHere(services, works, sharing))
                        .without(Problem::onlyThere, parts),
                    files,
                    preparing));
    PageServlet servlet =
        new PageServlet(
            new Gate(
                new Computer(settings.authorities(), sessions, share::endAll), Clock.systemUTC()),
            sessions,
            new Routes().with(forAll).with(onlyHere(services, works, share)).with(parts),
            files,
            preparing);
    Map<String, Object> properties =
        Map.of(
            HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN,
            "/*",
            HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_ASYNC_SUPPORTED,
            true);
    registration =
        context.registerService(Servlet.class, servlet, FrameworkUtil.asDictionary(properties));
  }

  /** Beside the settings, or where the framework keeps what belongs to this bundle. */
  private static Path houseFolder(@Nullable Path configurations, BundleContext context) {
    return configurations == null
        ? context.getDataFile("page-share").toPath()
        : configurations.resolveSibling("page-share");
  }

  private static @Nullable Path besides(@Nullable Path configurations) {
    return configurations == null ? null : configurations.resolveSibling("page-sessions");
  }

  /** The history, and what is done with it. */
  static Routes.Group[] forAll(
      Services services, Works works, EventStreams streams, InsightGroup insights) {
    return new Routes.Group[] {
      new Description(),
      new SessionGroup(),
      new StatusGroup(services),
      new EventGroup(streams),
      new TimelineGroup(services),
      new TombstoneGroup(services),
      new VisitGroup(services),
      new SearchGroup(services),
      new SuggestGroup(services, insights),
      insights,
      new DeletionGroup(services),
      new DeviceGroup(services),
      new RuleGroup(services, works),
      new QrGroup(),
      new WorkGroup(works)
    };
  }

  /** What opens the account or the computer to others, and needs no framework. */
  static Routes.Group[] onlyHere(Services services, Works works, Sharing sharing) {
    return new Routes.Group[] {
      new FileGroup(services, works), new PairingGroup(services, works), new ShareGroup(sharing)
    };
  }

  @Override
  public Sharing sharing() {
    return share;
  }

  @Deactivate
  void deactivate() {
    share.close();
    preparing.close();
    tallies.close();
    streams.close();
    works.close();
    registration.unregister();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      service = HttpServiceRuntime.class,
      updated = "bindHttp")
  void bindHttp(ServiceReference<HttpServiceRuntime> runtime) {
    runtimes.put(runtime, true);
  }

  void unbindHttp(ServiceReference<HttpServiceRuntime> runtime) {
    runtimes.remove(runtime);
  }

  @Override
  public Link link() {
    URI base = base();
    if (base == null) {
      throw new IllegalStateException(cause() + " " + REMEDY);
    }
    Sessions.Token token = sessions.link();
    return new Link(base.resolve("/open?once=" + token.secret()), token.until());
  }

  private String cause() {
    return port == null
        ? "The page cannot be opened: no HTTP service has a port."
        : "The page cannot be opened: the HTTP service did not get its port " + port + ".";
  }

  @Override
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>(share.parts(KIND));
    parts.add(
        new Part(
            KIND, "web", base() == null ? new Part.Degraded(cause(), REMEDY) : new Part.Well()));
    return parts;
  }

  /** Where a browser of this computer finds the page, or null if it does not. */
  private @Nullable URI base() {
    return runtimes.keySet().stream()
        .sorted()
        .flatMap(PageComponent::endpoints)
        .filter(endpoint -> endpoint.startsWith("http://"))
        .map(PageComponent::local)
        .findFirst()
        .orElse(null);
  }

  private static Stream<String> endpoints(ServiceReference<HttpServiceRuntime> runtime) {
    Object property = runtime.getProperty(ENDPOINT);
    if (property instanceof String one) {
      return Stream.of(one);
    }
    return property instanceof String[] several ? Arrays.stream(several) : Stream.empty();
  }

  private static URI local(String endpoint) {
    URI uri = URI.create(endpoint);
    return URI.create("http://127.0.0.1:" + uri.getPort() + "/");
  }
}
