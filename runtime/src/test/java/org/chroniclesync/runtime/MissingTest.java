// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

class MissingTest {
  @Test
  void theRootOfTheChainIsWhatIsMissing() {
    assertThat(
            Missing.of(
                failure(
                    "Unable to resolve a [1](R 1.0): missing requirement [a [1](R 1.0)]"
                        + " osgi.wiring.package; (osgi.wiring.package=b) [caused by: Unable to"
                        + " resolve b [2](R 2.0): missing requirement [b [2](R 2.0)]"
                        + " org.example.thing; (&(name=x)(version>=1.0.0))] Unresolved"
                        + " requirements: [[a [1](R 1.0)] osgi.wiring.package;"
                        + " (osgi.wiring.package=b)]")))
        .isEqualTo("no installed bundle provides org.example.thing (&(name=x)(version>=1.0.0)).");
  }

  @Test
  void aMissingNativeLibraryIsExplained() {
    assertThat(
            Missing.of(
                failure(
                    "Unable to resolve a [1](R 1.0): missing requirement [a [1](R 1.0)]"
                        + " org.chroniclesync.native; (library=webrtc) Unresolved requirements:"
                        + " [[a [1](R 1.0)] org.chroniclesync.native; (library=webrtc)]")))
        .startsWith("no installed bundle provides org.chroniclesync.native (library=webrtc). ")
        .contains(System.getProperty("os.arch"));
  }

  @Test
  void whatIsNotUnderstoodIsToldAsItIs() {
    assertThat(Missing.of(failure("something else"))).isEqualTo("something else");
  }

  private static BundleException failure(String message) {
    return new BundleException(message, BundleException.RESOLVE_ERROR);
  }
}
