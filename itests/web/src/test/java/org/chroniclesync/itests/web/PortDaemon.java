// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** miniupnpd, as Debian has it: what routers at home have that forward ports when asked to. */
final class PortDaemon implements AutoCloseable {
  private static final String RULES =
      """
      table inet ports {
        chain nat_in { }
        chain nat_out { }
        chain through { }
        chain prerouting {
          type nat hook prerouting priority -100;
          jump nat_in
        }
      }
      """;

  private static final String CONFIGURATION =
      """
      ext_ifname=eth0
      ext_ip=%s
      listening_ip=in
      http_port=0
      enable_natpmp=yes
      enable_upnp=no
      secure_mode=yes
      uuid=5ca317ab-f65f-4cc3-ae3e-e50ede8ce339
      upnp_table_name=ports
      upnp_nat_table_name=ports
      upnp_forward_chain=through
      upnp_nat_chain=nat_in
      upnp_nat_postrouting_chain=nat_out
      allow 1024-65535 0.0.0.0/0 1024-65535
      deny 0-65535 0.0.0.0/0 0-65535
      """;

  private final List<String> router;
  private final Process process;

  /**
   * Starts it on the router of a home.
   *
   * @param outside the address of the router, none of those for documentation: the daemon refuses
   *     to forward from one
   * @throws TestAbortedException where it is not installed
   */
  PortDaemon(Internet internet, int home, String outside, Path folder)
      throws IOException, InterruptedException {
    Path daemon = Path.of("/usr/sbin/miniupnpd");
    if (!Files.isExecutable(daemon)) {
      throw new TestAbortedException(
          "miniupnpd is not installed; on Debian: apt-get install miniupnpd-nftables");
    }
    internet.rules("r" + home, RULES);
    router = internet.at("r" + home);
    Path configuration = folder.resolve("miniupnpd.conf");
    Files.writeString(configuration, CONFIGURATION.formatted(outside));
    List<String> command = new ArrayList<>(router);
    command.addAll(List.of(daemon.toString(), "-d", "-f", configuration.toString()));
    command.addAll(List.of("-P", folder.resolve("miniupnpd.pid").toString()));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("miniupnpd.log").toFile())
            .start();
  }

  /** The ports that it forwards, as nft lists them. */
  String forwarded() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(router);
    command.addAll(List.of("nft", "list", "chain", "inet", "ports", "nat_in"));
    Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(asked.getInputStream().readAllBytes(), UTF_8);
    asked.waitFor();
    return said;
  }

  @Override
  public void close() {
    process.destroy();
    if (process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().isAlive()) {
      process.destroyForcibly().onExit().join();
    }
  }
}
