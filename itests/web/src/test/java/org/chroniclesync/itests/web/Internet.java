// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * An internet of the test's own: hosts at a bridge, and homes behind routers. Its addresses are of
 * the blocks for documentation, which lead nowhere else.
 */
final class Internet implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final String MIDDLE = "net";

  /** Where everything goes that is for nobody here; it is lost there, and nobody is told. */
  private static final String ELSEWHERE = "203.0.113.1";

  private static final String NETWORK = "203.0.113.0/24";

  /** Holds what is sent at once; a device drops more without a word to who sent it. */
  private static final String LONG_QUEUE = "10000";

  private final String prefix = "cs" + ProcessHandle.current().pid() + "n";

  /** A run that is broken off leaves nothing behind. */
  private final Thread ending = new Thread(this::abandoned);

  private final Deque<String> spaces = new ArrayDeque<>();
  private final List<LongWay> longWays = new ArrayList<>();

  /** How a router gives a connection from inside its port outside. */
  enum Mapping {
    /** The same for all that a host inside sends from one port, where that is free. */
    ENDPOINT_INDEPENDENT("masquerade"),
    /** Another for each address that is sent to: what people call symmetric. */
    ENDPOINT_DEPENDENT("masquerade random,fully-random");

    private final String rule;

    Mapping(String rule) {
      this.rule = rule;
    }
  }

  /**
   * Makes it.
   *
   * @throws TestAbortedException where that is not allowed
   */
  Internet() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      space(MIDDLE);
      ip(MIDDLE, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
      ip(MIDDLE, "link", "set", "br0", "up");
      address(MIDDLE, "br0", ELSEWHERE + "/24", true);
      forwards(MIDDLE, false);
      rules(MIDDLE, "flush ruleset");
    } catch (IOException | IllegalStateException e) {
      close();
      throw new TestAbortedException("networks cannot be made here: " + e.getMessage());
    }
  }

  private void space(String name) throws IOException, InterruptedException {
    run("", List.of("ip", "netns", "add", prefix + name));
    spaces.push(prefix + name);
    ip(name, "link", "set", "lo", "up");
    // Two interfaces of a host are tied to one bridge here. Each answers for its own addresses
    // alone,
    // and a new one says so, as if they led to different networks: else others go on sending to an
    // interface that is gone, until they find that out after some ten seconds.
    set(name, "ipv4/conf/all/arp_ignore", "1");
    set(name, "ipv4/conf/all/arp_announce", "2");
    set(name, "ipv4/conf/all/arp_notify", "1");
    set(name, "ipv6/conf/all/ndisc_notify", "1");
  }

  /**
   * Ties a host to it.
   *
   * @param addresses with their prefix lengths
   * @return what a command begins with that runs there
   */
  List<String> host(String name, String... addresses) throws IOException, InterruptedException {
    space(name);
    tie(name, "eth0", MIDDLE, "p" + name);
    ip(MIDDLE, "link", "set", "p" + name, "master", "br0", "up");
    for (String address : addresses) {
      address(name, "eth0", address, true);
    }
    ip(name, "link", "set", "eth0", "up");
    if (Stream.of(addresses).anyMatch(address -> address.startsWith("203."))) {
      ip(name, "route", "add", "default", "via", ELSEWHERE);
    }
    return at(name);
  }

  /**
   * Ties a host to it by a long way. A router in between answers for its address.
   *
   * @param address without a prefix length
   * @return what a command begins with that runs there
   */
  List<String> farHost(String name, String address, int roundTripMillis)
      throws IOException, InterruptedException {
    String router = "w" + name;
    host(router);
    forwards(router, true);
    longWays.add(new LongWay(at(router), roundTripMillis));
    space(name);
    ip(router, "link", "set", LongWay.FAR, "netns", prefix + name, "name", "eth0");
    ip(router, "link", "set", LongWay.NEAR, "up", "txqueuelen", LONG_QUEUE);
    ip(name, "link", "set", "eth0", "up", "txqueuelen", LONG_QUEUE);
    ip(name, "addr", "add", address + "/32", "dev", "eth0");
    ip(name, "route", "add", "default", "dev", "eth0");
    ip(router, "route", "add", address, "dev", LongWay.NEAR);
    ip(router, "route", "add", NETWORK, "dev", "eth0");
    ip(router, "neigh", "add", "proxy", address, "dev", "eth0");
    return at(name);
  }

  private void forwards(String name, boolean does) throws IOException, InterruptedException {
    set(name, "ipv4/ip_forward", does ? "1" : "0");
  }

  private void set(String name, String key, String value) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(at(name));
    command.addAll(List.of("tee", "/proc/sys/net/" + key));
    run(value, command);
  }

  /**
   * Ties a home to it: a router, and one computer behind it. As the routers that people have, it
   * drops what nobody inside asked for, or had forwarded.
   *
   * @param number of the home, of which its addresses are made
   * @param outbound further rules for what is forwarded, as nft has them
   * @return what a command begins with that runs on the computer
   */
  List<String> home(int number, Mapping mapping, String... outbound)
      throws IOException, InterruptedException {
    String router = "r" + number;
    String computer = "c" + number;
    host(router, "203.0.113." + (100 + number) + "/24");
    space(computer);
    tie(computer, "eth0", router, "in");
    address(router, "in", "10.0." + number + ".1/24", true);
    ip(router, "link", "set", "in", "up");
    address(computer, "eth0", "10.0." + number + ".2/24", true);
    ip(computer, "link", "set", "eth0", "up");
    ip(computer, "route", "add", "default", "via", "10.0." + number + ".1");
    forwards(router, true);
    rules(
        router,
        """
        table ip home {
          chain post {
            type nat hook postrouting priority 100;
            oifname "eth0" %s
          }
          chain in {
            type filter hook input priority 0; policy drop;
            iifname "in" accept
            ct state established,related accept
          }
          chain through {
            type filter hook forward priority 0; policy accept;
            iifname "eth0" ct status dnat accept
            iifname "eth0" ct state new drop
            %s
          }
        }
        """
            .formatted(mapping.rule, String.join("\n", outbound)));
    return at(computer);
  }

  /** Gives a host an address, or takes it away. */
  void address(String name, String link, String address, boolean there)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("addr", there ? "add" : "del", address));
    words.addAll(List.of("dev", link));
    if (there && address.indexOf(':') >= 0) {
      words.add("nodad");
    }
    ip(name, words.toArray(String[]::new));
  }

  /** Gives a host a further interface, tied to the rest. */
  void attach(String name, String link, String address) throws IOException, InterruptedException {
    String outside = "x" + link + name;
    tie(name, link, MIDDLE, outside);
    ip(MIDDLE, "link", "set", outside, "master", "br0", "up");
    address(name, link, address, true);
    ip(name, "link", "set", link, "up");
  }

  /** Ties a host to the rest, or takes it off; its own interface does not change. */
  void plugged(String name, boolean in) throws IOException, InterruptedException {
    ip(MIDDLE, "link", "set", "p" + name, in ? "up" : "down");
  }

  /** Lets so many of a hundred packets be lost that come to a host, and of those that leave it. */
  void loss(String name, int percent) throws IOException, InterruptedException {
    rules(
        name,
        """
        table inet road {
          chain in {
            type filter hook input priority -300; policy accept;
            iifname "eth0" numgen random mod 100 < %1$d drop
          }
          chain out {
            type filter hook postrouting priority 300; policy accept;
            oifname "eth0" numgen random mod 100 < %1$d drop
          }
        }
        """
            .formatted(percent));
  }

  /** Lets through so much in each direction, with a queue before it that holds half a second. */
  void rate(String name, String rate) throws IOException, InterruptedException {
    List<String> shaped = List.of("root", "tbf", "rate", rate, "burst", "16kb", "latency", "500ms");
    shape(name, "eth0", shaped);
    shape(MIDDLE, "p" + name, shaped);
  }

  private void shape(String space, String link, List<String> how)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(at(space));
    command.addAll(List.of("tc", "qdisc", "add", "dev", link));
    command.addAll(how);
    run("", command);
  }

  /**
   * Has the router of a home let no larger packets through.
   *
   * @param told whether those who send larger ones learn it: the computer by its own interface, the
   *     others by what the router answers
   */
  void mtu(int number, int bytes, boolean told) throws IOException, InterruptedException {
    String router = "r" + number;
    ip(router, "link", "set", "in", "mtu", Integer.toString(bytes));
    if (told) {
      ip("c" + number, "link", "set", "eth0", "mtu", Integer.toString(bytes));
    } else {
      rules(
          router,
          """
          table ip hole {
            chain out {
              type filter hook output priority 0; policy accept;
              icmp type destination-unreachable drop
            }
          }
          """);
    }
  }

  /**
   * Puts a page to sign in at before everything that leaves a home.
   *
   * @return the page
   */
  Program portal(int number) throws IOException, InterruptedException {
    String router = "r" + number;
    Program page = new Program(at(router), Portal.class);
    rules(
        router,
        """
        table ip portal {
          chain pre {
            type nat hook prerouting priority -100;
            iifname "in" tcp dport { 80, 443 } dnat to 10.0.%d.1:%d
          }
          chain through {
            type filter hook forward priority -10; policy accept;
            iifname "in" drop
          }
        }
        """
            .formatted(number, Portal.PORT));
    return page;
  }

  /** Lets everything out of a home that a page was put before. */
  void signIn(int number) throws IOException, InterruptedException {
    rules("r" + number, "delete table ip portal");
  }

  /** Sets rules, as {@code nft -f} reads them. */
  void rules(String name, String rules) throws IOException, InterruptedException {
    run(rules, List.of("ip", "netns", "exec", prefix + name, "nft", "-f", "-"));
  }

  private void tie(String one, String link, String other, String otherLink)
      throws IOException, InterruptedException {
    ip(
        one,
        "link",
        "add",
        link,
        "type",
        "veth",
        "peer",
        "name",
        otherLink,
        "netns",
        prefix + other);
  }

  /** What a command begins with that runs on a host or router. */
  List<String> at(String name) {
    return List.of("ip", "netns", "exec", prefix + name);
  }

  void ip(String space, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", prefix + space));
    command.addAll(List.of(words));
    run("", command);
  }

  private static void run(String input, List<String> command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
    }
  }

  private void abandoned() {
    try {
      close();
    } catch (IOException e) {
      System.err.println("a network namespace stays: " + e.getMessage());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    longWays.forEach(LongWay::close);
    try {
      while (!spaces.isEmpty()) {
        run("", List.of("ip", "netns", "del", spaces.pop()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
