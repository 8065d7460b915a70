// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.List;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.storage.StorageException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The discovery services that all devices of the account use, besides those that each has of its
 * own. A device that joins the account learns them from the others; so it is found from elsewhere,
 * too, though it was never told of a service. Safe for any thread; each call may block while a
 * store is swapped.
 *
 * <p>Specification: {@code docs/protocol.md}, section 11.
 */
@ProviderType
public interface SharedServices {
  /** How many there may be; what others share beyond it is not used. */
  int MAX_SERVICES = 16;

  /** How long a URL may be, in characters. */
  int MAX_URL_CHARS = 300;

  /** The priority of a service to which none is given: it comes first. */
  int FIRST = 0;

  /** The greatest priority, which comes last. */
  int MAX_PRIORITY = 100;

  /**
   * A shared service.
   *
   * @param url in one form only
   * @param priority {@value #FIRST} to {@value #MAX_PRIORITY}, as {@link
   *     org.chroniclesync.api.discovery.Discovery#PRIORITY_PROPERTY} has it
   */
  @ProviderType
  record Shared(String url, int priority) {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a value is outside them
     */
    public Shared {
      Bounds.text("url", url, MAX_URL_CHARS);
      if (priority < FIRST || priority > MAX_PRIORITY) {
        throw new IllegalArgumentException(
            "A priority is a whole number from " + FIRST + " to " + MAX_PRIORITY + ".");
      }
    }
  }

  /**
   * Lists them.
   *
   * @return each once, by priority, and then in alphabetic order
   * @throws StorageException if they cannot be read
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  List<Shared> all() throws StorageException, InterruptedException;

  /**
   * Shares one, or gives one that is shared another priority. When it returns, that is durable
   * here; other devices learn it when they sync.
   *
   * @param url such as {@code wss://discovery.example.org/}: {@code ws} or {@code wss}, at most
   *     {@value #MAX_URL_CHARS} characters, without user, query and fragment, since secrets are in
   *     no URL
   * @param priority {@value #FIRST} to {@value #MAX_PRIORITY}
   * @return false if it was shared with that priority already
   * @throws IllegalArgumentException if the URL is none of these, the priority is out of bounds, or
   *     there is no room; the message says what to do
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  boolean add(String url, int priority) throws StorageException, InterruptedException;

  /**
   * Shares one no more. When it returns, that is durable here.
   *
   * @param url as for {@link #add}
   * @return false if it was not shared
   * @throws IllegalArgumentException if the URL is none of these
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  boolean remove(String url) throws StorageException, InterruptedException;
}
