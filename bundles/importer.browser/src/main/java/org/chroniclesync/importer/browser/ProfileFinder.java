// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Knows where browsers keep their profiles.
 *
 * @param os the operating system as the Java runtime names it
 * @param home the person's home directory
 * @param environment the environment of the process
 */
record ProfileFinder(String os, Path home, Map<String, String> environment) {
  /** Most profiles of one machine; further ones are left out. */
  static final int MAX_PROFILES = 256;

  private static final int MAX_PROFILES_INI_BYTES = 1 << 20;
  private static final String FIREFOX = "Firefox";

  /** Directories beside the profiles that hold a history of nobody. */
  private static final Set<String> NO_PROFILES =
      Set.of("System Profile", "Guest Profile", "Snapshots");

  private static final Pattern INI_PATH = Pattern.compile("(?m)^Path=(.+?)\\s*$");

  /** A directory that holds profiles of one browser. */
  private record Root(Family family, String browser, Path path) {}

  static ProfileFinder ofThisMachine() {
    return new ProfileFinder(
        System.getProperty("os.name", ""),
        Path.of(System.getProperty("user.home", "")),
        System.getenv());
  }

  /** Returns the profiles that the person's browsers have made. */
  List<Profile> all() {
    return distinct(roots().stream().flatMap(root -> below(root).stream()));
  }

  /** Returns the profiles at a path: the profile that it is, or those below it. */
  List<Profile> at(Path path) {
    for (Family family : Family.values()) {
      if (Files.isRegularFile(path.resolve(family.file))) {
        return distinct(Stream.of(new Profile(family, browser(family, path), path)));
      }
    }
    Root root = new Root(Family.CHROMIUM, browser(Family.CHROMIUM, path), path);
    return distinct(below(root).stream());
  }

  /** One profile may be reached in two ways; it must stay one device. */
  private static List<Profile> distinct(Stream<Profile> profiles) {
    Map<Path, Profile> byPath = new LinkedHashMap<>();
    profiles.forEach(
        profile -> {
          Path real = real(profile.directory());
          byPath.putIfAbsent(real, new Profile(profile.family(), profile.browser(), real));
        });
    return byPath.values().stream().limit(MAX_PROFILES).toList();
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  private static List<Profile> below(Root root) {
    List<Path> directories = new ArrayList<>(children(root.path()));
    if (root.family() == Family.FIREFOX) {
      directories.addAll(children(root.path().resolve("Profiles")));
      directories.addAll(listed(root.path()));
    }
    return directories.stream()
        .filter(directory -> Files.isRegularFile(directory.resolve(root.family().file)))
        .map(directory -> new Profile(root.family(), root.browser(), directory))
        .toList();
  }

  private static List<Path> children(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(child -> !NO_PROFILES.contains(child.getFileName().toString()))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      // Not there, which is the rule, or not ours to read.
      return List.of();
    }
  }

  /** Firefox can be told to keep a profile anywhere; its list says where. */
  private static List<Path> listed(Path root) {
    Path list = root.resolve("profiles.ini");
    List<Path> paths = new ArrayList<>();
    try {
      if (!Files.isRegularFile(list) || Files.size(list) > MAX_PROFILES_INI_BYTES) {
        return paths;
      }
      String text = new String(Files.readAllBytes(list), StandardCharsets.UTF_8);
      Matcher matcher = INI_PATH.matcher(text);
      while (matcher.find()) {
        paths.add(root.resolve(matcher.group(1)));
      }
    } catch (IOException | InvalidPathException e) {
      // What could be read of it counts.
      return paths;
    }
    return paths;
  }

  private static String browser(Family family, Path path) {
    if (family == Family.FIREFOX) {
      return FIREFOX;
    }
    String text = path.toString().toLowerCase(Locale.ROOT);
    return Stream.of("Brave", "Vivaldi", "Chrome", "Edge")
        .filter(name -> mentions(text, name))
        .findFirst()
        .orElse("Chromium");
  }

  private static boolean mentions(String path, String name) {
    return switch (name) {
      case "Edge" ->
          path.contains("microsoft-edge")
              || path.contains("microsoft edge")
              || path.contains("microsoft\\edge")
              || path.contains("com.microsoft.edge");
      case "Chrome" ->
          path.contains("google-chrome")
              || path.contains("google/chrome")
              || path.contains("google\\chrome");
      case "Brave" -> path.contains("bravesoftware");
      default -> path.contains("vivaldi");
    };
  }

  private List<Root> roots() {
    String name = os.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return windows();
    }
    return name.startsWith("mac") ? mac() : linux();
  }

  private List<Root> linux() {
    Path config = fromEnvironment("XDG_CONFIG_HOME", home.resolve(".config"));
    Path snap = home.resolve("snap");
    Path flatpak = home.resolve(".var/app");
    String brave = "BraveSoftware/Brave-Browser";
    return List.of(
        chromium("Chromium", config.resolve("chromium")),
        chromium("Chromium", snap.resolve("chromium/common/chromium")),
        chromium("Chromium", flatpak.resolve("org.chromium.Chromium/config/chromium")),
        chromium("Chrome", config.resolve("google-chrome")),
        chromium("Chrome", config.resolve("google-chrome-beta")),
        chromium("Chrome", config.resolve("google-chrome-unstable")),
        chromium("Chrome", flatpak.resolve("com.google.Chrome/config/google-chrome")),
        chromium("Edge", config.resolve("microsoft-edge")),
        chromium("Edge", config.resolve("microsoft-edge-beta")),
        chromium("Edge", config.resolve("microsoft-edge-dev")),
        chromium("Edge", flatpak.resolve("com.microsoft.Edge/config/microsoft-edge")),
        chromium("Brave", config.resolve(brave)),
        chromium("Brave", snap.resolve("brave/current/.config/" + brave)),
        chromium("Brave", flatpak.resolve("com.brave.Browser/config/" + brave)),
        chromium("Vivaldi", config.resolve("vivaldi")),
        chromium("Vivaldi", config.resolve("vivaldi-snapshot")),
        chromium("Vivaldi", snap.resolve("vivaldi/current/.config/vivaldi")),
        chromium("Vivaldi", flatpak.resolve("com.vivaldi.Vivaldi/config/vivaldi")),
        firefox(home.resolve(".mozilla/firefox")),
        firefox(config.resolve("mozilla/firefox")),
        firefox(snap.resolve("firefox/common/.mozilla/firefox")),
        firefox(flatpak.resolve("org.mozilla.firefox/.mozilla/firefox")),
        firefox(flatpak.resolve("org.mozilla.firefox/config/mozilla/firefox")));
  }

  private List<Root> mac() {
    Path support = home.resolve("Library/Application Support");
    return List.of(
        chromium("Chromium", support.resolve("Chromium")),
        chromium("Chrome", support.resolve("Google/Chrome")),
        chromium("Edge", support.resolve("Microsoft Edge")),
        chromium("Brave", support.resolve("BraveSoftware/Brave-Browser")),
        chromium("Vivaldi", support.resolve("Vivaldi")),
        firefox(support.resolve("Firefox")));
  }

  private List<Root> windows() {
    Path local = fromEnvironment("LOCALAPPDATA", home.resolve("AppData/Local"));
    Path roaming = fromEnvironment("APPDATA", home.resolve("AppData/Roaming"));
    return List.of(
        chromium("Chromium", local.resolve("Chromium/User Data")),
        chromium("Chrome", local.resolve("Google/Chrome/User Data")),
        chromium("Edge", local.resolve("Microsoft/Edge/User Data")),
        chromium("Brave", local.resolve("BraveSoftware/Brave-Browser/User Data")),
        chromium("Vivaldi", local.resolve("Vivaldi/User Data")),
        firefox(roaming.resolve("Mozilla/Firefox")),
        firefox(
            local.resolve(
                "Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox")));
  }

  private static Root chromium(String browser, Path path) {
    return new Root(Family.CHROMIUM, browser, path);
  }

  private static Root firefox(Path path) {
    return new Root(Family.FIREFOX, FIREFOX, path);
  }

  private Path fromEnvironment(String name, Path otherwise) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? otherwise : Path.of(value);
  }
}
