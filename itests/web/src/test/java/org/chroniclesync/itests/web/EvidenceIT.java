// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.driver.Firefox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** What a test leaves that fails: this one does as if it did. */
@Timeout(600)
class EvidenceIT {
  private static final Path FAILURES = Path.of("target/failures");
  private static final String PAGE =
      "data:text/html,<title>t</title><main>What is seen</main>"
          + "<script>console.error('what the page said')</script>";

  @TempDir Path folder;
  private final Evidence evidence = new Evidence();

  @Test
  void chromiumIsSeenAndHeard() throws Exception {
    assumeTrue(Chromium.isHere(), "this browser is not here");
    try (Browser browser = new Chromium(folder)) {
      isKept("chromium", browser);
    }
  }

  @Test
  void firefoxIsSeenAndHeard() throws Exception {
    assumeTrue(Firefox.isHere(), "this browser is not here");
    try (Browser browser = new Firefox(folder)) {
      isKept("firefox", browser);
    }
  }

  private void isKept(String name, Browser browser) throws Exception {
    evidence.of(name, browser).open(PAGE);
    evidence.log("node " + name, () -> List.of("first", "second"));

    assertThatThrownBy(() -> fails(new AssertionError("what was expected")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "what was expected", name + " is at data:", "what the page said", "second");

    assertThat(Files.readString(kept(name + ".html"))).contains("What is seen");
    assertThat(Files.readString(kept(name + ".console.txt"))).contains("what the page said");
    assertThat(Files.size(kept(name + ".png"))).isPositive();
    assertThat(Files.readAllLines(kept("node " + name + ".log")))
        .containsExactly("first", "second");
  }

  private static Path kept(String name) {
    return FAILURES.resolve("EvidenceIT-" + name);
  }

  @Test
  void aBrowserThatHasEndedHidesNoFailure() {
    Browser ended =
        (Browser)
            Proxy.newProxyInstance(
                Browser.class.getClassLoader(),
                new Class<?>[] {Browser.class},
                (proxy, method, args) -> {
                  throw new IllegalStateException("it has ended");
                });
    evidence.of("ended", ended);

    assertThatThrownBy(() -> fails(new AssertionError("what was expected")))
        .hasMessageContainingAll("what was expected", "ended does not answer: it has ended");
  }

  @Test
  void aTestThatIsSkippedHasNotFailed() {
    TestAbortedException skipped = new TestAbortedException("not here");

    assertThatThrownBy(() -> fails(skipped)).isSameAs(skipped);
  }

  private void fails(Throwable thrown) throws Throwable {
    ExtensionContext here =
        (ExtensionContext)
            Proxy.newProxyInstance(
                ExtensionContext.class.getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, method, args) ->
                    method.getName().equals("getTestMethod") ? Optional.empty() : EvidenceIT.class);
    evidence.handleTestExecutionException(here, thrown);
  }
}
