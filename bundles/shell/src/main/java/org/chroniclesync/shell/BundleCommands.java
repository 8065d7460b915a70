// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Installs, starts, stops and removes bundles. Felix has commands of these names, which say less:
 * ours come first in a session, and theirs remain as {@code felix:start} and so on.
 */
@Component(
    service = BundleCommands.class,
    property = {
      "osgi.command.scope=chroniclesync",
      "osgi.command.function=install",
      "osgi.command.function=start",
      "osgi.command.function=stop",
      "osgi.command.function=update",
      "osgi.command.function=refresh",
      "osgi.command.function=uninstall"
    })
public final class BundleCommands { // public, as Gogo calls it by reflection
  private final BundleContext context;
  private final Bundles bundles;
  private final Wirings wirings;
  private final KeptBundles kept;

  /**
   * Commands of a framework.
   *
   * @param context of the framework
   * @param kept the folder of bundles
   */
  @Activate
  public BundleCommands(BundleContext context, @Reference KeptBundles kept) {
    this.context = context;
    this.kept = kept;
    bundles = new Bundles(context);
    wirings = new Wirings(context);
  }

  /**
   * Installs a bundle.
   *
   * @param keep true to have it in this node after a restart, too, and start it
   * @param urls where the jar is
   * @return what to show
   * @throws BundleException if it cannot be installed or started
   * @throws IOException if it cannot be read or kept
   */
  @Descriptor("installs a bundle")
  public String install(
      @Descriptor("starts it, and installs and starts it at each start of the node")
          @Parameter(names = "--keep", presentValue = "true", absentValue = "false")
          boolean keep,
      @Descriptor("the URL of the jar, such as file:/folder/name.jar") String... urls)
      throws BundleException, IOException {
    if (urls.length != 1) {
      throw new IllegalArgumentException("Give the URL of one jar, such as file:/folder/name.jar.");
    }
    String url = urls[0];
    if (keep) {
      return kept.install(url) + stale();
    }
    Bundle bundle = context.installBundle(url);
    return "Installed %s %s as bundle %d. Start it with: start %d"
        .formatted(
            Bundles.name(bundle), bundle.getVersion(), bundle.getBundleId(), bundle.getBundleId());
  }

  /**
   * Starts bundles.
   *
   * @param names their numbers or names
   * @return what to show
   * @throws BundleException if one does not start; those before it did
   */
  @Descriptor("starts bundles")
  public String start(@Descriptor("numbers or names of bundles") String... names)
      throws BundleException {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : all(names)) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null) {
        lines.add(Bundles.name(bundle) + " belongs to another bundle and is not started itself.");
      } else {
        bundle.start();
        lines.add("Started " + Bundles.name(bundle) + ".");
      }
    }
    return String.join("\n", lines);
  }

  /**
   * Stops bundles.
   *
   * @param names their numbers or names
   * @return what to show
   * @throws BundleException if one does not stop; those before it did
   */
  @Descriptor("stops bundles; 0 stops the node")
  public String stop(@Descriptor("numbers or names of bundles") String... names)
      throws BundleException {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : all(names)) {
      bundle.stop();
      lines.add(
          bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID
              ? "The node is stopping."
              : "Stopped " + Bundles.name(bundle) + ".");
    }
    return String.join("\n", lines);
  }

  /**
   * Reads a bundle anew.
   *
   * @param words its number or name; then where the new jar is, unless it is where the old one came
   *     from
   * @return what to show
   * @throws BundleException if the new one cannot be installed or started
   * @throws IOException if it cannot be read
   */
  @Descriptor("reads a bundle anew")
  public String update(
      @Descriptor("number or name of a bundle, then the URL of the new jar if it is elsewhere")
          String... words)
      throws BundleException, IOException {
    if (words.length != 1 && words.length != 2) {
      throw new IllegalArgumentException(
          "Give the number or name of a bundle, and the URL of the new jar if it is elsewhere.");
    }
    Bundle bundle = bundles.one(words[0]);
    if (words.length == 1) {
      bundle.update();
    } else {
      try (InputStream jar = new URL(words[1]).openStream()) {
        bundle.update(jar);
      }
    }
    return "Updated " + Bundles.name(bundle) + " to " + bundle.getVersion() + "." + stale();
  }

  /**
   * Has bundles use the updated ones.
   *
   * @param names their numbers or names, or nothing for all that need it
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("restarts the bundles that still use the old classes of updated or removed ones")
  public String refresh(
      @Descriptor("numbers or names of bundles; without any, all that need it") String... names)
      throws InterruptedException {
    Collection<Bundle> due = names.length == 0 ? wirings.stale() : all(names);
    if (due.isEmpty()) {
      return "No bundle uses old classes; nothing to refresh.";
    }
    return wirings.refresh(due);
  }

  /**
   * Removes bundles.
   *
   * @param names their numbers or names
   * @return what to show
   * @throws BundleException if one cannot be removed; those before it were
   * @throws IOException if the file of one that was kept cannot be removed
   */
  @Descriptor("removes bundles, also those that are kept")
  public String uninstall(@Descriptor("numbers or names of bundles") String... names)
      throws BundleException, IOException {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : all(names)) {
      bundle.uninstall();
      boolean wasKept = kept.remove(bundle);
      lines.add(
          "Removed " + Bundles.name(bundle) + (wasKept ? ", and its file in bundles/." : "."));
    }
    return String.join("\n", lines) + stale();
  }

  /** All names are looked up before anything is done. */
  private List<Bundle> all(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException(
          "Give the number or name of a bundle; gogo lb lists them.");
    }
    List<Bundle> all = new ArrayList<>();
    for (String name : names) {
      all.add(bundles.one(name));
    }
    return all;
  }

  /** What a person does not see otherwise: the old classes stay in use until a refresh. */
  private String stale() {
    List<Bundle> users = wirings.usersOfStale();
    if (users.isEmpty()) {
      return "";
    }
    return "\n%d bundles still use the old classes: %s.\nRun refresh: it restarts them, with the new ones."
        .formatted(
            users.size(), users.stream().map(Bundles::name).collect(Collectors.joining(", ")));
  }
}
