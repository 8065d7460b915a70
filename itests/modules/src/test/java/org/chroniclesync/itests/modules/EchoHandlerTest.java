// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.modules;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.testkits.handler.MessageHandlerContract;

/** The kit runs from the module path, too. */
class EchoHandlerTest extends MessageHandlerContract {
  @Override
  protected Provided provide() {
    return new Provided(
        new EchoHandler(),
        Set.of(EchoHandler.CALL),
        List.of(new Payload.Other(EchoHandler.CALL, "{\"words\":\"hello\"}")));
  }
}
