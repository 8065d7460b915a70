// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProfileFinderTest {
  private final Path home;

  ProfileFinderTest(@TempDir Path home) {
    this.home = home;
  }

  private void make(String file) throws IOException {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "");
  }

  private List<String> found(String os) {
    return new ProfileFinder(os, home, Map.of())
        .all().stream()
            .map(profile -> profile.browser() + " " + home.relativize(profile.directory()))
            .toList();
  }

  @Test
  void linux() throws IOException {
    make(".config/chromium/Default/History");
    make(".config/chromium/Guest Profile/History");
    make(".config/google-chrome/Profile 1/History");
    make(".config/microsoft-edge/Default/History");
    make(".config/BraveSoftware/Brave-Browser/Default/History");
    make(".config/vivaldi/Default/History");
    make("snap/chromium/common/chromium/Default/History");
    make(".var/app/com.google.Chrome/config/google-chrome/Default/History");
    make(".mozilla/firefox/abc.default-esr/places.sqlite");
    make("snap/firefox/common/.mozilla/firefox/x.default/places.sqlite");
    make("elsewhere/places.sqlite");
    Files.writeString(
        home.resolve(".mozilla/firefox/profiles.ini"),
        "[Profile0]\nIsRelative=1\nPath=abc.default-esr\n[Profile1]\nIsRelative=0\nPath="
            + home.resolve("elsewhere")
            + "\n");
    assertThat(found("Linux"))
        .containsExactlyInAnyOrder(
            "Chromium .config/chromium/Default",
            "Chrome .config/google-chrome/Profile 1",
            "Edge .config/microsoft-edge/Default",
            "Brave .config/BraveSoftware/Brave-Browser/Default",
            "Vivaldi .config/vivaldi/Default",
            "Chromium snap/chromium/common/chromium/Default",
            "Chrome .var/app/com.google.Chrome/config/google-chrome/Default",
            "Firefox .mozilla/firefox/abc.default-esr",
            "Firefox elsewhere",
            "Firefox snap/firefox/common/.mozilla/firefox/x.default");
  }

  @Test
  void mac() throws IOException {
    make("Library/Application Support/Google/Chrome/Default/History");
    make("Library/Application Support/Firefox/Profiles/a.default/places.sqlite");
    assertThat(found("Mac OS X"))
        .containsExactly(
            "Chrome Library/Application Support/Google/Chrome/Default",
            "Firefox Library/Application Support/Firefox/Profiles/a.default");
  }

  @Test
  void windows() throws IOException {
    make("AppData/Local/Microsoft/Edge/User Data/Default/History");
    make("AppData/Roaming/Mozilla/Firefox/Profiles/a.default/places.sqlite");
    assertThat(found("Windows 11"))
        .containsExactly(
            "Edge AppData/Local/Microsoft/Edge/User Data/Default",
            "Firefox AppData/Roaming/Mozilla/Firefox/Profiles/a.default");
  }

  @Test
  void aProfileReachedInTwoWaysIsOneDevice() throws IOException {
    make("real/Default/History");
    Files.createSymbolicLink(home.resolve("link"), home.resolve("real"));
    ProfileFinder finder = new ProfileFinder("Linux", home, Map.of());
    PeerId self = new PeerId("peer-a");
    Profile one = finder.at(home.resolve("real/Default")).get(0);
    Profile two = finder.at(home.resolve("link")).get(0);
    assertThat(two.deviceId(self)).isEqualTo(one.deviceId(self));
    assertThat(one.deviceId(self).value()).matches("cs-[0-9a-f]{32}");
    assertThat(one.deviceId(new PeerId("peer-b"))).isNotEqualTo(one.deviceId(self));
  }

  @Test
  void eachBrowserOfTheTableIsFoundUnderItsNameAndCountsForItsFamily() throws IOException {
    for (Browsers.Browser browser : Browsers.all()) {
      Path place = home.resolve("of " + browser.name() + browser.place());
      Path profile = place.resolve(browser.folder()).resolve("Default");
      Files.createDirectories(profile);
      Files.writeString(profile.resolve(browser.family().file), "");

      assertThat(new ProfileFinder("Linux", home, Map.of()).at(profile))
          .extracting(Profile::browser)
          .as(browser.folder())
          .containsExactly(browser.name());
      assertThat(Family.ofBrowser(browser.name())).as(browser.name()).isEqualTo(browser.family());
    }
  }

  private List<String> passedOver(String os) {
    ProfileFinder finder = new ProfileFinder(os, home, Map.of());
    return finder.passedOver(finder.all()).entrySet().stream()
        .map(one -> home.relativize(one.getKey()) + ": " + one.getValue())
        .toList();
  }

  private void database(String path) throws IOException {
    Files.createDirectories(home.resolve(path).getParent());
    Files.writeString(home.resolve(path), "SQLite format 3\0and so on");
  }

  @Test
  void whatLooksLikeAProfileOfAnUnknownBrowserIsNamed() throws IOException {
    database(".config/google-chrome/Default/History");
    database(".config/google-chrome/Guest Profile/History");
    database(".config/acme/Acme-Browser-Nightly/Profile 1/History");
    database(".acme/firefox/x.default/places.sqlite");
    database(".var/app/org.acme.Fox/.mozilla/acme/x.default/places.sqlite");
    database(".tb/tor-browser/TorBrowser/Data/Browser/profile.default/places.sqlite");
    database(".config/TorBrowser/Data/Browser/profile.default/places.sqlite");
    database("documents/History");
    make(".config/editor/History");
    assertThat(passedOver("Linux"))
        .containsExactlyInAnyOrder(
            ".config/acme/Acme-Browser-Nightly/Profile 1: It looks like a profile, of a browser that"
                + " is not known. To import it, name it: start --profile.",
            ".acme/firefox/x.default: It looks like a profile, of a browser that is not known. To"
                + " import it, name it: start --profile.",
            ".var/app/org.acme.Fox/.mozilla/acme/x.default: It looks like a profile, of a browser"
                + " that is not known. To import it, name it: start --profile.",
            ".config/TorBrowser/Data/Browser/profile.default: Tor Browser is read only if you name"
                + " its profile: start --profile.");
  }

  @Test
  void howMuchIsLookedAtIsBounded() throws IOException {
    for (int i = 0; i <= OtherProfiles.MAX_FOUND; i++) {
      database(".config/acme/" + i + "/History");
    }
    assertThat(passedOver("Linux")).hasSize(OtherProfiles.MAX_FOUND);
    Files.createSymbolicLink(home.resolve(".config/loop"), home.resolve(".config"));
    assertThat(passedOver("Linux")).hasSize(OtherProfiles.MAX_FOUND);
  }

  @Test
  void theDatabaseItselfAndTheRootOfFirefoxMayBeNamed() throws IOException {
    make(".mozilla/firefox/Profiles/a.default/places.sqlite");
    ProfileFinder finder = new ProfileFinder("Linux", home, Map.of());
    Path profile = home.resolve(".mozilla/firefox/Profiles/a.default");
    for (Path named :
        List.of(profile, profile.resolve("places.sqlite"), home.resolve(".mozilla/firefox"))) {
      assertThat(finder.at(named))
          .extracting(Profile::directory)
          .as("%s", named)
          .containsExactly(profile.toRealPath());
    }
  }

  @Test
  void whyNothingIsAtAPathIsSaid() throws IOException {
    assertThat(ProfileFinder.nothingAt(home.resolve("no")))
        .isEqualTo(home.resolve("no") + " does not exist; check the path.");
    assertThat(ProfileFinder.nothingAt(home))
        .isEqualTo(home + " does not contain a browser profile; check the path.");
  }

  @Test
  void torIsReadOnlyIfItIsNamed() throws IOException {
    make(".config/TorBrowser/Data/Browser/profile.default/places.sqlite");
    make("TorBrowser/Data/Browser/profile.default/places.sqlite");
    for (String os : List.of("Linux", "Mac OS X", "Windows 11")) {
      assertThat(found(os)).isEmpty();
    }
    assertThat(
            new ProfileFinder("Linux", home, Map.of())
                .at(home.resolve("TorBrowser/Data/Browser/profile.default")))
        .extracting(Profile::browser)
        .containsExactly("Tor Browser");
  }

  @Test
  void aFolderOfProfilesOfEitherFamilyCanBeNamed() throws IOException {
    make("backup/.zen/Profiles/a.default/places.sqlite");
    make("backup/opera/History");
    ProfileFinder finder = new ProfileFinder("Linux", home, Map.of());
    assertThat(finder.at(home.resolve("backup/.zen")))
        .extracting(Profile::browser)
        .containsExactly("Zen");
    assertThat(finder.at(home.resolve("backup/opera")))
        .extracting(Profile::browser)
        .containsExactly("Opera");
  }
}
