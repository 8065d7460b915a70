// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Whoever builds on ChronicleSync with modules requires it like this. Open, for JUnit.
open module org.chroniclesync.itests.modules {
  requires org.chroniclesync.api;
  requires org.chroniclesync.testkits.handler;
  requires org.junit.jupiter.api;
  // Whatever starts the tests must see the modules that the kit brings.
  requires org.junit.platform.launcher;
  requires static org.jspecify;
}
