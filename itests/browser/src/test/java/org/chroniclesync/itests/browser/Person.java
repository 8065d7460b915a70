// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.browser;

import java.nio.file.Path;
import java.util.List;

/** What a person does with a browser's history. Each call returns when the browser has done it. */
interface Person extends AutoCloseable {
  /** The profile as the importer is told of it. */
  Path profile();

  /** Opens the browser, which may drop at once what is too old for it. */
  void begin() throws Exception;

  /** Opens a page. */
  void visit(String address);

  /** Deletes a page from the history. */
  void deletePage(String address);

  /** Deletes all that the browser knows of a host. */
  void forgetSite(String host);

  /** Clears the history of the last hour. */
  void clearTheLastHour();

  /** Lets the browser drop what has become too old for it. */
  void expire(String address);

  /** The addresses in the history, as the browser tells them. */
  List<String> history();

  @Override
  void close();
}
