// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.lang.reflect.Proxy;
import org.apache.felix.service.command.CommandSession;

/** Sessions of the command line. */
final class Sessions {
  /** A session that knows no variable, such as one of another shell. */
  static final CommandSession STRANGE =
      (CommandSession)
          Proxy.newProxyInstance(
              CommandSession.class.getClassLoader(),
              new Class<?>[] {CommandSession.class},
              (proxy, method, arguments) -> null);

  private Sessions() {}
}
