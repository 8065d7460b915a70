// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleException;

/** Turns the framework's message about an unresolved bundle into a sentence for a person. */
final class Missing {
  /** The last match is the cause: the framework gives the chain from the bundle down. */
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "missing requirement \\[[^\\]]*\\]?[^\\]]*\\] ([\\w.]+); (\\(.*?\\))(?=[ \\]])");

  private static final String NATIVES = "org.chroniclesync.native";

  private Missing() {}

  static String of(BundleException failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher matcher = REQUIREMENT.matcher(message);
    String namespace = null;
    String filter = "";
    while (matcher.find()) {
      namespace = matcher.group(1);
      filter = matcher.group(2);
    }
    if (namespace == null) {
      return message;
    }
    String sentence = "no installed bundle provides " + namespace + " " + filter + ".";
    return namespace.equals(NATIVES) ? sentence + " " + natives() : sentence;
  }

  private static String natives() {
    return "Each platform has a bundle with the native library; the one for this platform is missing ("
        + System.getProperty("os.name")
        + ", "
        + System.getProperty("os.arch")
        + "). The node runs without it. To get it, install the distribution for this platform.";
  }
}
