// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Manifest;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.junit.jupiter.api.Test;

/** An artifact's module has the name of the artifact. */
class ModuleNameTest {
  @Test
  void theseTestsAreInAModule() {
    assertEquals("org.chroniclesync.itests.modules", EchoHandler.class.getModule().getName());
    assertEquals(EchoHandler.class.getModule(), getClass().getModule());
  }

  @Test
  void theModuleOfTheApiHasItsName() {
    assertEquals("org.chroniclesync.api", MessageHandler.class.getModule().getName());
  }

  @Test
  void theModuleOfTheKitHasItsName() {
    assertEquals(
        "org.chroniclesync.testkits.handler", MessageHandlerContract.class.getModule().getName());
  }

  /** Otherwise Java makes it of the name of the file, which everybody may change. */
  @Test
  void theNameIsInTheManifest() throws IOException {
    assertEquals("org.chroniclesync.api", stated(MessageHandler.class));
    assertEquals("org.chroniclesync.testkits.handler", stated(MessageHandlerContract.class));
  }

  private static String stated(Class<?> type) throws IOException {
    try (InputStream in = type.getModule().getResourceAsStream("META-INF/MANIFEST.MF")) {
      return new Manifest(in).getMainAttributes().getValue("Automatic-Module-Name");
    }
  }
}
