// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import java.nio.file.Path;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;

/** The page in Chromium. */
class ChromiumPageIT extends PageContract {
  @Override
  Browser browser(Path profile) {
    return new Chromium(profile);
  }

  @Override
  boolean isHere() {
    return Chromium.isHere();
  }
}
