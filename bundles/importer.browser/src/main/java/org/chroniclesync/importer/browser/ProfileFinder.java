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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.importer.browser.Browsers.Place;
import org.chroniclesync.support.browsers.Family;

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

  /** From ~/.var/app to a profile in Vendor/Browser of an application's folder. */
  private static final int DEPTH = 6;

  private static final int HOME_DEPTH = 4;
  private static final int MAX_PROFILES_INI_BYTES = 1 << 20;

  /** Directories beside the profiles that hold a history of nobody. */
  static final Set<String> NO_PROFILES = Set.of("System Profile", "Guest Profile", "Snapshots");

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

  /**
   * Returns what looks like a profile and is not read, with a sentence for each: what to do is to
   * name it.
   */
  Map<Path, String> passedOver(List<Profile> found) {
    Set<Path> read = found.stream().map(Profile::directory).collect(Collectors.toSet());
    Map<Path, String> passed = new LinkedHashMap<>();
    roots().stream()
        .filter(root -> Files.isDirectory(root.path()) && !Files.isReadable(root.path()))
        .forEach(
            root ->
                passed.put(root.path(), root.browser() + "'s profiles: " + denied(root.path())));
    List<Path> places =
        places().entrySet().stream()
            .filter(place -> place.getKey() != Place.HOME)
            .map(Map.Entry::getValue)
            .sorted()
            .toList();
    for (Path path : OtherProfiles.below(places, DEPTH, read)) {
      passed.put(path, unread(path));
    }
    for (Path path : OtherProfiles.below(hidden(places), HOME_DEPTH, read)) {
      passed.putIfAbsent(path, unread(path));
    }
    return passed;
  }

  /** The hidden folders of a home, where browsers of Linux keep profiles, but for the places. */
  private List<Path> hidden(List<Path> places) {
    return places().containsKey(Place.HOME)
        ? children(home).stream()
            .filter(child -> child.getFileName().toString().startsWith("."))
            .filter(child -> places.stream().noneMatch(place -> place.startsWith(child)))
            .toList()
        : List.of();
  }

  private static String unread(Path path) {
    return Browsers.named(path)
        .map(name -> name + " is read only if you name its profile: start --profile.")
        .orElse(
            "It looks like a profile, of a browser that is not known. To import it, name it:"
                + " start --profile.");
  }

  private static String denied(Path path) {
    return "permission denied. Let the user of the node read " + path + ".";
  }

  /** Says why there is no profile at a path, and what to do. */
  static String nothingAt(Path path) {
    if (!Files.exists(path)) {
      return path + " does not exist; check the path.";
    }
    if (!Files.isReadable(path) || (Files.isDirectory(path) && !Files.isExecutable(path))) {
      return path + ": " + denied(path);
    }
    return path + " does not contain a browser profile; check the path.";
  }

  /**
   * Returns the profiles at a path: the profile that it is or whose database it is, or those below
   * it.
   */
  List<Profile> at(Path named) {
    Path above = named.getParent();
    Path path = above != null && isDatabase(named) ? above : named;
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

  private static boolean isDatabase(Path named) {
    return Stream.of(Family.values()).anyMatch(family -> named.endsWith(family.file))
        && Files.isRegularFile(named);
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
