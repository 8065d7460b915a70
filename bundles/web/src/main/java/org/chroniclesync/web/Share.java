// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.support.files.PrivateFiles;
import org.chroniclesync.support.qr.QrCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page in the house: on or off, its port, certificate and password, kept in a folder of its
 * own. What fails is tried again.
 */
final class Share implements Sharing, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Share.class);
  private static final int LEAST_PORT = 1_024;
  private static final int MOST_PORT = 65_535;
  private static final long LOOK_SECONDS = 30;
  private static final String REMEDY =
      "It is tried again by itself. share on --port N takes another port; share off turns it off.";

  private final Path folder;
  private final Path settingsFile;
  private final Path certificateFile;
  private final List<String> names;
  private final Guests guests;
  private final Clock clock;
  private final House house;
  private final BiFunction<Place, Sharing, Servlet> page;
  private final ScheduledExecutorService looking;
  private volatile ShareSettings settings = ShareSettings.FIRST;
  private volatile @Nullable String trouble;
  private volatile @Nullable HouseCertificate certificate;
  private @Nullable HouseServer server;
  private boolean closed;

  /**
   * Takes up what was kept.
   *
   * @param authorities further names of this computer, with or without a port
   * @param page makes the servlet of a place
   */
  Share(
      Path folder,
      Set<String> authorities,
      Duration session,
      Clock clock,
      ThreadFactory threads,
      BiFunction<Place, Sharing, Servlet> page) {
    this.folder = folder;
    this.settingsFile = folder.resolve("settings");
    this.certificateFile = folder.resolve("certificate.pem");
    this.clock = clock;
    this.guests = new Guests(clock, session, folder.resolve("guests"));
    Set<String> all = new LinkedHashSet<>(HouseAddresses.names());
    authorities.forEach(authority -> all.add(authority.replaceFirst(":[0-9]+$", "")));
    all.removeIf(name -> name.startsWith("["));
    this.names = List.copyOf(all);
    this.house =
        new House(
            Set.copyOf(all),
            authorities,
            typed -> Password.opens(settings.password(), typed),
            guests,
            new Attempts(System::nanoTime));
    this.page = page;
    try {
      settings = ShareSettings.read(settingsFile);
    } catch (IOException e) {
      trouble = e.getMessage() + ". Set a password anew with share password.";
      LOG.warn("The page is not shared: {}.", e.getMessage());
    }
    looking = Executors.newSingleThreadScheduledExecutor(threads);
    looking.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  static int checked(int port) {
    if (port < LEAST_PORT || port > MOST_PORT) {
      throw new IllegalArgumentException(
          "The port is a number from %d to %d.".formatted(LEAST_PORT, MOST_PORT));
    }
    return port;
  }

  private void look() {
    try {
      lookOnce();
    } catch (RuntimeException | Error e) { // the next look may succeed
      LOG.warn("The page in the house could not be looked after.", e);
    }
  }

  private synchronized void lookOnce() {
    if (closed || !settings.on()) {
      return;
    }
    HouseCertificate used = certificate;
    if (server != null && used != null && used.endsSoon(clock.instant())) {
      LOG.info("The certificate of the page in the house ends soon, and is replaced.");
      stop();
    }
    if (server == null) {
      try {
        start(settings.port());
      } catch (IllegalStateException e) {
        if (!String.valueOf(e.getMessage()).equals(trouble)) {
          LOG.warn("{}", e.getMessage());
        }
        trouble = e.getMessage();
      }
    }
  }

  private void start(int port) {
    try {
      PrivateFiles.createDirectories(folder);
      HouseCertificate made =
          HouseCertificate.of(
              certificateFile, new HouseCertificate.Names(names, certified()), clock.instant());
      certificate = made;
      server = new HouseServer(port, made.context(), page.apply(house, this), house);
      trouble = null;
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "The page cannot be shared at port %d: %s.".formatted(port, Problem.sentence(e)), e);
    }
  }

  private static List<InetAddress> certified() {
    return Stream.concat(HouseAddresses.all().stream(), Stream.of(InetAddress.getLoopbackAddress()))
        .toList();
  }

  private void stop() {
    HouseServer running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public synchronized void turnOn(int port) {
    requireOpen();
    if (settings.password() == null) {
      throw new IllegalStateException("There is no password yet. Set one with share password.");
    }
    int wanted = port == 0 ? settings.port() : checked(port);
    HouseServer before = server;
    if (before == null || before.port() != wanted) {
      start(wanted);
      if (before != null) {
        before.close();
      }
    }
    keep(settings.turned(true, wanted));
  }

  @Override
  public synchronized void turnOff() {
    requireOpen();
    keep(settings.turned(false, settings.port()));
    trouble = null;
    stop();
  }

  @Override
  public synchronized void setPassword(char[] password) {
    requireOpen();
    keep(settings.with(Password.of(password)));
    guests.endAll();
    if (!settings.on()) {
      trouble = null;
    }
  }

  @Override
  public boolean end(String guest) {
    return guests.end(guest);
  }

  @Override
  public void endAll() {
    guests.endAll();
  }

  private void keep(ShareSettings changed) {
    try {
      PrivateFiles.createDirectories(folder);
      changed.write(settingsFile);
    } catch (IOException e) {
      throw new IllegalStateException(
          "This cannot be kept in %s: %s.".formatted(settingsFile, e.getMessage()), e);
    }
    settings = changed;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The page has stopped.");
    }
  }

  @Override
  public synchronized State state() {
    HouseServer running = server;
    List<URI> addresses = running == null ? List.of() : addresses(running.port());
    HouseCertificate shown = certificate;
    return new State(
        settings.on(),
        settings.port(),
        settings.password() != null,
        addresses,
        shown == null ? null : shown.fingerprint(),
        shown == null ? null : shown.replaced(),
        addresses.isEmpty() ? List.of() : QrCode.rows(addresses.get(0).toString()),
        trouble,
        guests.all());
  }

  private List<URI> addresses(int port) {
    List<URI> all = new ArrayList<>();
    for (InetAddress address : HouseAddresses.all()) {
      String text = address.getHostAddress().replaceFirst("%.*", "");
      all.add(uri(address instanceof Inet6Address ? "[" + shortened(text) + "]" : text, port));
    }
    names.stream()
        .filter(name -> !name.equals(HouseAddresses.LOOPBACK))
        .forEach(name -> all.add(uri(name, port)));
    return all;
  }

  /** An IPv6 address as people write it. */
  private static String shortened(String address) {
    return address.replaceFirst("(^|:)0(:0)+(:|$)", "::");
  }

  private static URI uri(String host, int port) {
    return URI.create("https://%s:%d/".formatted(host, port));
  }

  /** How it is, if somebody wants it to be. */
  List<Part> parts(String kind) {
    String why = trouble;
    if (why == null && !settings.on()) {
      return List.of();
    }
    return List.of(
        new Part(kind, "shared", why == null ? new Part.Well() : new Part.Degraded(why, REMEDY)));
  }

  @Override
  public void close() {
    looking.shutdownNow();
    synchronized (this) {
      closed = true;
      stop();
    }
  }
}
