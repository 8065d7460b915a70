// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/** Karaf's console, with an administrator before it. */
final class Console {
  private static final Subject ADMINISTRATOR =
      new Subject(
          true,
          Set.of(new RolePrincipal("admin"), new RolePrincipal("manager")),
          Set.of(),
          Set.of());

  private final SessionFactory sessions;

  Console(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** Types a line and returns what is printed, and what the command returns. */
  String type(String line) throws Exception {
    return Subject.doAs(ADMINISTRATOR, (PrivilegedExceptionAction<String>) () -> execute(line));
  }

  private String execute(String line) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Session session = sessions.create(new ByteArrayInputStream(new byte[0]), out, out);
    try {
      Object result = session.execute(line);
      return bytes.toString(StandardCharsets.UTF_8) + (result == null ? "" : result);
    } finally {
      session.close();
    }
  }
}
