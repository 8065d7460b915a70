// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import java.io.IOException;
import java.nio.file.Path;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Firefox;

/** The page by the keyboard in Firefox. */
class FirefoxKeyboardIT extends KeyboardContract {
  @Override
  Browser browser(Path profile) throws IOException {
    return new Firefox(profile);
  }

  @Override
  boolean isHere() {
    return Firefox.isHere();
  }

  @Override
  void toFront(Browser browser) {
    ((Firefox) browser).inFront();
  }
}
