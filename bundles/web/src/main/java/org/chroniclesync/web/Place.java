// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the page is served: whom to, by which names, and how a browser shows that it was let in.
 */
interface Place {
  /** Tells whether browsers of this address may ask at all. */
  boolean admits(InetAddress from, @Nullable InetAddress here);

  /** What anybody else is told. */
  Problem stranger();

  /** Tells whether this place is meant by what is in the Host header, in lower case. */
  boolean isNamed(String authority, HttpServletRequest request);

  /** The name of the cookie. Browsers do not part cookies by port. */
  String cookie(int port);

  /** Tells whether the browser of a session is let in. */
  boolean isIn(String session);

  /** What a browser is told that is not. */
  Problem closed();

  /** Lets a browser in no more. */
  void close(String session);

  /** Lets no browser in any more that was. */
  void closeAll();

  /** Lets a browser in that knows the password of this place, if there is one. */
  void signIn(Exchange exchange, char[] password);

  /** Tells whether this is the page for other devices. */
  boolean isHouse();
}
