// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The computer that the node runs on, whose owner opens the page by a link. */
final class Computer implements Place {
  private final Set<String> authorities;
  private final Sessions sessions;
  private final Runnable guests;

  /**
   * Makes it.
   *
   * @param guests ends those of the house, too: whoever closes all browsers means all
   */
  Computer(Set<String> authorities, Sessions sessions, Runnable guests) {
    this.authorities = Set.copyOf(authorities);
    this.sessions = sessions;
    this.guests = guests;
  }

  @Override
  public boolean admits(InetAddress from, @Nullable InetAddress here) {
    return from.isLoopbackAddress();
  }

  @Override
  public Problem stranger() {
    return Problem.forbidden(
        Code.ONLY_THERE,
        "The page is for browsers of the computer that the node runs on.",
        "Open it there; for other devices there is the command share.");
  }

  @Override
  public boolean isNamed(String authority, HttpServletRequest request) {
    String end = ":" + request.getLocalPort();
    return authority.equals("127.0.0.1" + end)
        || authority.equals("localhost" + end)
        || authority.equals("[::1]" + end)
        || authorities.contains(authority);
  }

  @Override
  public String cookie(int port) {
    return "chroniclesync-" + port;
  }

  @Override
  public boolean isIn(String session) {
    return sessions.isOpen(session);
  }

  @Override
  public Problem closed() {
    return Problem.noSession();
  }

  @Override
  public void close(String session) {
    sessions.close(session);
  }

  @Override
  public void closeAll() {
    sessions.closeAll();
    guests.run();
  }

  @Override
  public void signIn(Exchange exchange, char[] password) {
    throw Problem.forbidden(
        Code.NO_PASSWORD_HERE,
        "On this computer the page has no password.",
        "Run chroniclesync open, and open the link that it prints.");
  }

  @Override
  public boolean isHouse() {
    return false;
  }
}
