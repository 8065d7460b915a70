// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.sync.EntryRule;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.itests.harness.Partner;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.options.UrlProvisionOption;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Parts are taken out of a node and put back while it syncs, under load from both ends. This class
 * runs inside the framework; the other node is a process. {@code -Dsoak.swaps=20} for the long
 * form.
 */
@RunWith(PaxExam.class)
public class SwapIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final String OURS = "org.chroniclesync.";
  private static final String COMMAND = "chroniclesync.itests.partner";
  private static final String FOLDER = "chroniclesync.itests.folder";
  private static final String JARS = "chroniclesync.itests.jars";
  private static final String SWAPS = "chroniclesync.itests.swaps";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** What is swapped, each in place by an update and by a stop with a start. */
  private static final List<String> PARTS =
      List.of(
          "storage.sqlite",
          "transport.webrtc",
          "transport.websocket",
          "handler.standard",
          "message",
          "discovery.websocket",
          "crypto.bouncycastle");

  @Inject private BundleContext context;
  @Inject private ConfigurationAdmin configurations;

  private final Pauses pauses = new Pauses();
  private final List<ClassLoaderWatch> old = new ArrayList<>();
  private NodeInside node;
  private PartnerProcess partner;
  private Load load;
  private Pulse pulse;

  /** Runs outside of the framework. */
  @Configuration
  public Option[] framework() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "swap");
    Path jars = Path.of(System.getProperty("chroniclesync.bundles"));
    Path list = Path.of(System.getProperty("chroniclesync.lists"), "node", "bundles");
    List<Option> bundles = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        UrlProvisionOption bundle = bundle(jars.resolve(line.strip() + ".jar").toUri().toString());
        // A fragment, the native library of this platform.
        boolean isFragment = line.startsWith("org.chroniclesync.lib.webrtc.");
        bundles.add(isFragment ? bundle.noStart() : bundle);
      }
    }
    return options(
        composite(bundles.toArray(Option[]::new)),
        junitBundles(),
        // From the class path, as the launcher of the distribution has it.
        systemPackages(
            "org.osgi.service.component;version=1.5.0",
            "org.osgi.service.component.runtime;version=1.5.0",
            "org.osgi.service.component.runtime.dto;version=1.5.0",
            "org.osgi.util.promise;version=1.3.0",
            "org.osgi.util.function;version=1.2.0"),
        frameworkProperty("org.osgi.service.http.port").value("0"),
        frameworkProperty("org.apache.felix.http.host").value("127.0.0.1"),
        frameworkProperty("org.ops4j.pax.logging.StaticLogbackFile")
            .value(System.getProperty("chroniclesync.logback")),
        frameworkProperty(FOLDER).value(folder.toString()),
        frameworkProperty(JARS).value(jars.toUri().toString()),
        frameworkProperty(SWAPS).value(Integer.getInteger("soak.swaps", 3).toString()),
        frameworkProperty(COMMAND)
            .value(String.join("\n", Partner.command(folder.resolve("partner"), MNEMONIC))));
  }

  @Before
  public void start() throws Exception {
    Path folder = Path.of(context.getProperty(FOLDER));
    writeMnemonic(folder.resolve("account"));
    partner =
        new PartnerProcess(
            List.of(context.getProperty(COMMAND).split("\n")),
            folder.resolve("partner.log").toFile());
    configure(
        "org.chroniclesync.crypto.bouncycastle", "accountDirectory", folder.resolve("account"));
    configure("org.chroniclesync.storage.sqlite", "file", folder.resolve("history.db"));
    configurations
        .getConfiguration("org.chroniclesync.core", "?")
        .update(
            FrameworkUtil.asDictionary(
                new HashMap<>(
                    Map.of(
                        "retryBaseMillis",
                        100L,
                        "retryMaxMillis",
                        2_000L,
                        // Whoever moves the history into memory on purpose has been asked by this.
                        "allowVolatile",
                        true))));
    configurations
        .getFactoryConfiguration("org.chroniclesync.discovery.websocket", "test", "?")
        .update(
            FrameworkUtil.asDictionary(
                new HashMap<>(
                    Map.of(
                        "url", partner.url(), "retryBaseMillis", 100L, "retryMaxMillis", 1_000L))));
    node = new NodeInside(context);
    until("both nodes meet", () -> node.syncsBy("webrtc"));
  }

  @After
  public void stop() throws Exception {
    if (pulse != null) {
      pulse.stop();
    }
    if (load != null) {
      load.stop();
    }
    if (partner != null) {
      partner.close();
    }
  }

  @Test
  public void partsAreSwappedUnderLoadAndNothingIsLost() throws Exception {
    Descriptors descriptors = Descriptors.now();
    Map<String, Integer> threads = threads();
    load = new Load(context);
    partner.order("load");
    pulse = new Pulse(node);
    load.goesOn();
    untilNone("services that the node should use", this::unused);
    Set<String> uses = servicesInUse();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < Integer.parseInt(context.getProperty(SWAPS)); round++) {
      List<Map.Entry<String, Swap>> swaps = new ArrayList<>(swaps(random).entrySet());
      Collections.shuffle(swaps, random);
      for (Map.Entry<String, Swap> swap : swaps) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
        perform(swap.getKey(), swap.getValue());
      }
      perform("discovery service restarted", () -> partner.order("restart discovery"));
    }
    int theirs = Integer.parseInt(partner.order("stop"));
    Set<String> ours = load.stop();
    pulse.stop();

    until("both hold the same", () -> held(Load.keys(context)).equals(partner.order("held")));
    Set<String> keys = Load.keys(context);
    Set<String> lost = new TreeSet<>(ours);
    lost.removeAll(keys);
    assertTrue("acknowledged and lost, seed " + seed + ": " + lost, lost.isEmpty());
    assertEquals(theirs, keys.stream().filter(key -> key.startsWith("partner/")).count());
    untilNone("the threads of old bundles", () -> moreThreadsThan(threads));
    untilNone("other uses of services than before", () -> differing(uses));
    untilNone("open files and sockets", () -> Descriptors.now().moreThan(descriptors));
    // The threads of a session are in loops that the virtual machine compiles while they run, with
    // what they call; and while such code runs, so long its classes stay. No object refers to them.
    partner.close();
    until("the session has ended", () -> !node.isSyncing());
    untilNone("the old classes of", () -> ClassLoaderWatch.held(old));
    System.out.println(keys.size() + " visits, nothing lost\n" + pauses.table());
  }

  // --- What is swapped, all of it by plain OSGi -------------------------------------------------

  private interface Swap {
    void perform() throws Exception;
  }

  private void perform(String name, Swap swap) throws Exception {
    load.longestMillis();
    pulse.longestMillis();
    swap.perform();
    // From now on: what came before says nothing of how it goes on.
    load.goesOn();
    pulse.goesOn();
    until("the node syncs again after " + name, node::isSyncing);
    until("the load goes on after " + name, load::goesOn);
    until("the peer is heard again after " + name, pulse::goesOn);
    pauses.add(name, load.longestMillis(), pulse.longestMillis());
  }

  private Map<String, Swap> swaps(Random random) throws BundleException {
    Map<String, Swap> swaps = new TreeMap<>();
    for (String part : PARTS) {
      Bundle bundle = installed(part);
      old.add(new ClassLoaderWatch(bundle));
      if (random.nextBoolean()) {
        swaps.put(part + " updated", () -> update(part, bundle));
      } else {
        swaps.put(part + " restarted", () -> restart(bundle));
      }
    }
    swaps.put("sqlite to memory and back", this::toMemoryAndBack);
    swaps.put("webrtc to websocket and back", this::toWebSocketAndBack);
    swaps.put("sqlite configured", () -> configure("storage.sqlite", "cacheBytes", random));
    swaps.put("webrtc configured", () -> configure("transport.webrtc", "sendBufferBytes", random));
    swaps.put("several at once", () -> severalAtOnce(random));
    return swaps;
  }

  private void update(String part, Bundle bundle) throws Exception {
    try (InputStream jar = jar(part)) {
      bundle.update(jar);
    }
    assertEquals(part, Bundle.ACTIVE, bundle.getState());
  }

  private static void restart(Bundle bundle) throws BundleException {
    bundle.stop();
    bundle.start();
  }

  private void toMemoryAndBack() throws Exception {
    Bundle sqlite = installed("storage.sqlite");
    var memory = configurations.getConfiguration("org.chroniclesync.storage.memory", "?");
    memory.update(FrameworkUtil.asDictionary(new HashMap<>(Map.of("maxEntries", 2_000_000))));
    until("memory is filled", () -> node.hasStandby("memory", 2_000));
    sqlite.stop();
    until("memory is used", () -> node.uses("memory"));
    load.goesOn();
    until("the load goes on in memory", load::goesOn);
    sqlite.start();
    until("sqlite is used again", () -> node.uses("sqlite"));
    memory.delete();
    until("memory is given up", () -> node.storages() == 1);
  }

  private void toWebSocketAndBack() throws Exception {
    Bundle webrtc = installed("transport.webrtc");
    webrtc.stop();
    until("the session is on websocket", () -> node.syncsBy("websocket"));
    webrtc.start();
    until("the session is on webrtc again", () -> node.syncsBy("webrtc"));
  }

  /** Another value each time, which activates the component anew. */
  private void configure(String part, String key, Random random) throws IOException {
    var configuration = configurations.getConfiguration(OURS + part, "?");
    var properties = configuration.getProperties();
    Map<String, Object> values = new HashMap<>();
    if (properties != null) {
      Collections.list(properties.keys()).forEach(name -> values.put(name, properties.get(name)));
    }
    values.put(key, 1_000_000 + random.nextInt(1_000_000));
    configuration.update(FrameworkUtil.asDictionary(values));
  }

  private void severalAtOnce(Random random) throws Exception {
    List<String> parts = new ArrayList<>(PARTS);
    Collections.shuffle(parts, random);
    List<CompletableFuture<Void>> restarts = new ArrayList<>();
    for (String part : parts.subList(0, 3)) {
      Bundle bundle = installed(part);
      // Not in the common pool, which may have one thread: stopping waits for others in it.
      Executor own = task -> new Thread(task, "restart").start();
      restarts.add(CompletableFuture.runAsync(() -> restartNow(bundle), own));
    }
    for (CompletableFuture<Void> restart : restarts) {
      restart.get(1, TimeUnit.MINUTES);
    }
  }

  private static void restartNow(Bundle bundle) {
    try {
      restart(bundle);
    } catch (BundleException e) {
      throw new CompletionException(e);
    }
  }

  private InputStream jar(String part) throws IOException {
    return URI.create(context.getProperty(JARS) + OURS + part + ".jar").toURL().openStream();
  }

  private Bundle installed(String part) throws BundleException {
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getSymbolicName().equals(OURS + part)) {
        return bundle;
      }
    }
    throw new BundleException("there is no bundle " + part);
  }

  // --- What is left behind ----------------------------------------------------------------------

  /**
   * The threads of which there are more than before, which is what a part leaves behind that does
   * not end its own. Threads of a pool are numbered, and count once for their pool.
   */
  private static Set<String> moreThreadsThan(Map<String, Integer> before) {
    Map<String, Integer> now = threads();
    now.entrySet().removeIf(one -> one.getValue() <= before.getOrDefault(one.getKey(), 1));
    return now.keySet();
  }

  /** How many pools or threads there are of each name; a node is in two rooms of a discovery. */
  private static Map<String, Integer> threads() {
    Set<String> pools = new TreeSet<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String owner = thread.getName().replaceFirst("-\\d+$", "");
      boolean pooled = !owner.equals(thread.getName());
      if (owner.startsWith("chroniclesync") && (!pooled || pools.add(owner))) {
        counts.merge(owner.replaceFirst("-\\d+$", ""), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** How many services each of our bundles uses, not counting how often. */
  /** Each as who uses what of whom. */
  private Set<String> servicesInUse() {
    Set<String> uses = new TreeSet<>();
    for (Bundle bundle : context.getBundles()) {
      ServiceReference<?>[] used = bundle.getServicesInUse();
      if (used != null && bundle.getSymbolicName().startsWith(OURS)) {
        for (ServiceReference<?> service : used) {
          uses.add(use(bundle, service));
        }
      }
    }
    return uses;
  }

  private static String use(Bundle bundle, ServiceReference<?> service) {
    return bundle.getSymbolicName()
        + " uses "
        + Arrays.toString((String[]) service.getProperty(Constants.OBJECTCLASS))
        + " "
        + service.getProperty("component.name")
        + " of "
        + service.getBundle();
  }

  /** Those that may need the node themselves are taken when they are first asked. */
  private Set<String> unused() throws Exception {
    Set<String> unused = new TreeSet<>();
    for (Class<?> kind : List.of(MessageHandler.class, PartReporter.class, EntryRule.class)) {
      ServiceReference<?>[] all = context.getAllServiceReferences(kind.getName(), null);
      for (ServiceReference<?> service : all == null ? new ServiceReference<?>[0] : all) {
        Bundle[] using = service.getUsingBundles();
        if (using == null || !Arrays.asList(using).contains(installed("core"))) {
          unused.add(use(installed("core"), service));
        }
      }
    }
    return unused;
  }

  /** What is used now and was not, or was and is not. */
  private Set<String> differing(Set<String> before) {
    Set<String> differing = servicesInUse();
    Set<String> gone = new TreeSet<>(before);
    gone.removeAll(differing);
    differing.removeAll(before);
    gone.forEach(use -> differing.add("no longer " + use));
    return differing;
  }

  private static String held(Set<String> keys) {
    long sum = 0;
    for (String key : keys) {
      sum += key.hashCode();
    }
    return keys.size() + " " + sum;
  }

  private void configure(String pid, String key, Path value) throws IOException {
    configurations
        .getConfiguration(pid, "?")
        .update(FrameworkUtil.asDictionary(new HashMap<>(Map.of(key, value.toString()))));
  }

  private static void writeMnemonic(Path account) throws IOException {
    Files.createDirectories(
        account,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file =
        Files.createFile(
            account.resolve("mnemonic"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, MNEMONIC, StandardCharsets.UTF_8);
  }

  private static void untilNone(String what, Callable<Set<String>> left) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Set<String> still = left.call();
    while (!still.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("in vain waited for the end of " + what + ": " + still);
      }
      TimeUnit.MILLISECONDS.sleep(20);
      still = left.call();
    }
  }

  /** Awaitility is no guest of this framework. */
  static void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("in vain waited for: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
