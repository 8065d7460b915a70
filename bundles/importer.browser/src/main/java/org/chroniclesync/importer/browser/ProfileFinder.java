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
import org.chroniclesync.importer.browser.Browsers.Place;

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
        return distinct(Stream.of(new Profile(family, Browsers.name(family, path), path)));
      }
    }
    return distinct(
        Stream.of(Family.values())
            .map(family -> new Root(family, Browsers.name(family, path), path))
            .flatMap(root -> below(root).stream()));
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
    // Opera keeps its first profile in the folder itself.
    List<Path> directories = new ArrayList<>(List.of(root.path()));
    directories.addAll(children(root.path()));
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

  private List<Root> roots() {
    Map<Place, Path> places = places();
    List<Root> roots = new ArrayList<>();
    for (Browsers.Browser browser : Browsers.all()) {
      Path place = places.get(browser.place());
      if (place != null) {
        roots.add(new Root(browser.family(), browser.name(), place.resolve(browser.folder())));
      }
    }
    return roots;
  }

  private Map<Place, Path> places() {
    String name = os.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return Map.of(
          Place.LOCAL,
          fromEnvironment("LOCALAPPDATA", home.resolve("AppData/Local")),
          Place.ROAMING,
          fromEnvironment("APPDATA", home.resolve("AppData/Roaming")));
    }
    if (name.startsWith("mac")) {
      return Map.of(Place.MAC, home.resolve("Library/Application Support"));
    }
    return Map.of(
        Place.LINUX,
        fromEnvironment("XDG_CONFIG_HOME", home.resolve(".config")),
        Place.HOME,
        home,
        Place.SNAP,
        home.resolve("snap"),
        Place.FLATPAK,
        home.resolve(".var/app"));
  }

  private Path fromEnvironment(String name, Path otherwise) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? otherwise : Path.of(value);
  }
}
