// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import java.nio.file.Path;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;

/** The page by the keyboard in Chromium. */
class ChromiumKeyboardIT extends KeyboardContract {
  @Override
  Browser browser(Path profile) {
    return new Chromium(profile);
  }

  @Override
  boolean isHere() {
    return Chromium.isHere();
  }

  /** A headless one has nothing around the page. */
  @Override
  void toFront(Browser browser) {}
}
