// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A profile that is moved goes on as the device that it was; a copy becomes one of its own. */
class MovedProfileTest {
  private static final PeerId SELF = new PeerId("self");

  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;
  private final Path temporary;

  MovedProfileTest(@TempDir Path directory, @TempDir Path temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  private List<ProfileStatus> imported(Path... profiles) {
    return imported(SELF, profiles);
  }

  private List<ProfileStatus> imported(PeerId self, Path... profiles) {
    Settings settings =
        new Settings(
            Arrays.asList(profiles),
            Settings.MIN_INTERVAL_MILLIS,
            100,
            Exclusions.of(Settings.DEFAULT_SCHEMES, List.of(), List.of()));
    try (Importer importer =
        new Importer(
                history,
                self,
                Consents.of(history),
                settings,
                () -> null,
                ProfileFinder.ofThisMachine(),
                temporary)
            .start()) {
      importer.importNow();
      return importer.profiles();
    }
  }

  private DeviceId device(Path profile) {
    List<ProfileStatus> profiles = imported(profile);
    assertThat(profiles).singleElement().matches(one -> one.problem() == null);
    return Objects.requireNonNull(profiles.get(0).deviceId());
  }

  private List<DeviceId> devices() {
    return history.entries().stream().map(Entry::device).map(d -> d.id()).distinct().toList();
  }

  /** Returns the profile of a family below a folder, as {@link FakeProfile#empty} makes it. */
  private FakeProfile at(Family family, String name) {
    return new FakeProfile(
        family, directory.resolve(name).resolve(family == Family.CHROMIUM ? "Default" : ""));
  }

  private FakeProfile profile(Family family, String name, int visits) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory.resolve(name));
    profile.visits(1, visits);
    return profile;
  }

  private void move(String from, String to) throws IOException {
    Files.move(directory.resolve(from), directory.resolve(to));
  }

  private void copy(String from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(from))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(to).resolve(directory.resolve(from).relativize(file)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMovedProfileGoesOnAsTheDeviceThatItWas(Family family) throws Exception {
    profile(family, "1", 250);
    DeviceId before = device(directory.resolve("1"));
    move("1", "2");
    at(family, "2").visits(251, 30);

    assertThat(device(directory.resolve("2"))).isEqualTo(before);
    move("2", "3");
    at(family, "3").visits(281, 5);

    assertThat(device(directory.resolve("3"))).isEqualTo(before);
    assertThat(history.entries()).hasSize(285);
    assertThat(devices()).containsExactly(before);
    assertThat(history.entries()).extracting(Entry::visitId).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void aCopyBesideTheOriginalIsADeviceOfItsOwn(Family family) throws Exception {
    profile(family, "1", 20);
    DeviceId original = device(directory.resolve("1"));
    copy("1", "2");
    at(family, "2").visits(21, 3);

    DeviceId copy = device(directory.resolve("2"));

    assertThat(copy).isNotEqualTo(original);
    assertThat(history.entries()).hasSize(23);
    assertThat(devices()).containsExactlyInAnyOrder(original, copy);
  }

  @ParameterizedTest
  @EnumSource
  void whenTheOriginalComesBackTheOtherIsACopyFromThenOn(Family family) throws Exception {
    profile(family, "1", 20);
    DeviceId original = device(directory.resolve("1"));
    move("1", "2");
    assertThat(device(directory.resolve("2"))).isEqualTo(original);
    copy("2", "1");
    at(family, "1").visits(21, 3);
    at(family, "2").visits(31, 3);

    List<ProfileStatus> both = imported(directory.resolve("1"), directory.resolve("2"));

    assertThat(both.get(0).deviceId()).isEqualTo(original);
    assertThat(both.get(1).deviceId()).isNotEqualTo(original);
    assertThat(history.entries()).hasSize(26);
    assertThat(devices()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoCopiesWhoseOriginalIsGoneOneGoesOn(Family family) throws Exception {
    profile(family, "1", 20);
    DeviceId original = device(directory.resolve("1"));
    copy("1", "2");
    move("1", "3");

    List<ProfileStatus> both = imported(directory.resolve("2"), directory.resolve("3"));

    assertThat(both.get(0).deviceId()).isEqualTo(original);
    assertThat(both.get(1).deviceId()).isNotEqualTo(original);
    assertThat(history.entries()).hasSize(20);
  }

  @ParameterizedTest
  @EnumSource
  void theProfileOfAnotherNodeIsNobodysPast(Family family) throws Exception {
    profile(family, "1", 20);
    List<ProfileStatus> other = imported(new PeerId("other"), directory.resolve("1"));
    // What another node noted is not in this one's store.
    history.forget("profile/");
    move("1", "2");

    assertThat(device(directory.resolve("2"))).isNotEqualTo(other.get(0).deviceId());
    assertThat(history.entries()).hasSize(20);
  }

  @ParameterizedTest
  @EnumSource
  void anotherProfileInThePlaceOfOneThatIsGoneIsAnotherDevice(Family family) throws Exception {
    profile(family, "1", 20);
    DeviceId original = device(directory.resolve("1"));
    move("1", "elsewhere");
    FakeProfile two = FakeProfile.empty(family, directory.resolve("2"));
    two.visits(1_000, 20);

    assertThat(device(directory.resolve("2"))).isNotEqualTo(original);
    assertThat(history.entries()).hasSize(40);
  }
}
