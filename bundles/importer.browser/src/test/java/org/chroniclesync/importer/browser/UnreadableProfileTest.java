// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A profile that the user of the node may not read. Root may read everything, so it is no test. */
class UnreadableProfileTest {
  private final MemoryHistory history = new MemoryHistory();

  @ParameterizedTest
  @EnumSource(Family.class)
  void isNamedWithTheReasonAndWhatToDoAndReadOnceItMayBe(Family family, @TempDir Path directory)
      throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    FakeProfile profile = FakeProfile.real(family, directory.resolve("profile"));
    Path database = profile.directory().resolve(family.file);
    Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(database), "this user may read everything");
    try (Importer importer =
        new Importer(
                history,
                new PeerId("peer-a"),
                Consents.of(history),
                Settings.defaults(List.of(directory.resolve("profile"))),
                () -> null)
            .start()) {
      importer.importNow();
      assertThat(importer.profiles())
          .singleElement()
          .satisfies(
              one ->
                  assertThat(one.problem())
                      .contains("permission denied", "Let the user of the node read", family.file));
      assertThat(history.entries()).isEmpty();
      Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-------"));
      importer.importNow();
      assertThat(importer.profiles()).singleElement().matches(one -> one.problem() == null);
      assertThat(history.entries()).isNotEmpty();
    }
  }
}
