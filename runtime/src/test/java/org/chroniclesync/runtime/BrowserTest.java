// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrowserTest {
  @Test
  void aBrowserIsOpenedWhereSomebodySeesIt() {
    assertThat(Browser.opener("Linux", ":0")).containsExactly("xdg-open");
    assertThat(Browser.opener("Mac OS X", null)).containsExactly("open");
    assertThat(Browser.opener("Windows 11", null)).first().isEqualTo("rundll32");
  }

  @Test
  void withoutADisplayNothingIsStarted() {
    assertThat(Browser.opener("Linux", null)).isEmpty();
    assertThat(Browser.opener("Linux", " ")).isEmpty();
  }
}
