// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A node and the discovery service, in a process of their own, for a test that runs inside a
 * framework. It is ordered about by lines on its standard input, answers each with a line, and ends
 * with its input.
 */
public final class Partner {
  private static final int BATCH = 5;
  private static final int PACE_MILLIS = 2;

  /** A bound, so that a test that hangs does not fill the disk. */
  private static final int MOST = 500_000;

  private final NodeUnderTest node;
  private final Path folder;
  private DiscoveryService service;
  private volatile boolean loading;
  private Future<Integer> load = CompletableFuture.completedFuture(0);

  private Partner(Path folder, String mnemonic) throws IOException {
    this.folder = folder;
    this.service = DiscoveryService.start(folder.resolve("discovery"));
    this.node = NodeUnderTest.in(folder.resolve("node"), mnemonic).discovery(service.url()).start();
  }

  /**
   * Returns how to start the process.
   *
   * @param folder where it keeps everything
   * @param mnemonic the words of its node
   * @return the command and its arguments
   */
  public static List<String> command(Path folder, String mnemonic) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    for (String key : Container.PROPERTIES) {
      command.add("-D" + key + "=" + System.getProperty(key));
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(Partner.class.getName(), folder.toString(), mnemonic));
    return command;
  }

  /**
   * The process.
   *
   * @param arguments folder and mnemonic
   */
  public static void main(String[] arguments) {
    try {
      serve(arguments);
      Runtime.getRuntime().halt(0);
    } catch (Throwable e) {
      // What has been started by then has threads that would keep the process, and the test
      // waiting.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void serve(String[] arguments) throws Exception {
    // Logging goes to standard output by default, which is for the answers here.
    PrintStream out = System.out;
    System.setOut(System.err);
    Partner partner = new Partner(Path.of(arguments[0]), arguments[1]);
    out.println(partner.service.url());
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        out.println(partner.obey(order));
      }
    } finally {
      partner.loading = false;
      partner.node.close();
      partner.service.close();
    }
  }

  private String obey(String order) throws Exception {
    return switch (order) {
      case "load" -> startLoad();
      case "stop" -> stopLoad();
      case "restart discovery" -> restartDiscovery();
      case "held" -> held();
      default -> throw new IllegalArgumentException(order);
    };
  }

  private String startLoad() {
    loading = true;
    FutureTask<Integer> task = new FutureTask<>(this::load);
    load = task;
    // Not in the common pool, in which the JDK's HTTP client ends its requests: on two processors
    // it has one thread, and Java 25 uses it even then.
    new Thread(task, "load").start();
    return "loading";
  }

  private String stopLoad() throws Exception {
    loading = false;
    return Integer.toString(load.get());
  }

  private String restartDiscovery() throws IOException {
    int port = service.port();
    service.close();
    service = DiscoveryService.start(folder.resolve("discovery"), port);
    return "restarted";
  }

  private int load() {
    int count = 0;
    while (loading && count < MOST) {
      List<Visit> visits = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        visits.add(Visit.of("partner", "partner-" + count++, "Visit of the partner"));
      }
      node.merge(visits);
      pause();
    }
    return count;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many visits, and a sum over their names, which two equal sets have in common. */
  private String held() {
    long sum = 0;
    var visits = node.visits();
    for (String name : visits.keySet()) {
      sum += name.hashCode();
    }
    return visits.size() + " " + sum;
  }
}
