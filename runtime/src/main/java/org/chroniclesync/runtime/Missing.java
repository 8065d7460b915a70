// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleException;

/** Says for a person what a bundle lacks, out of what the framework says for a programmer. */
final class Missing {
  /** The last one is the root: the framework tells the chain from the bundle on down. */
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
    String sentence = "no bundle here provides " + namespace + " " + filter + ".";
    return namespace.equals(NATIVES) ? sentence + " " + natives() : sentence;
  }

  private static String natives() {
    return "Its native library is a fragment for each platform, and there is none for this one ("
        + System.getProperty("os.name")
        + ", "
        + System.getProperty("os.arch")
        + "). The node runs without it; install a distribution for this platform if there is one.";
  }
}
