// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final Pattern CONFIG = Pattern.compile("<config name=\"([^\"]+)\"");

  /** Karaf leaves a file of that name as it is, so of two features only one would be heard. */
  @Test
  void noTwoFeaturesWriteTheSameConfiguration() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("chroniclesync.root")));
    String features = Files.readString(root.resolve("features/src/main/feature/feature.xml"));
    List<String> written =
        CONFIG.matcher(features).results().map((MatchResult found) -> found.group(1)).toList();
    assertThat(written).contains("org.apache.felix.http").doesNotHaveDuplicates();
  }
}
