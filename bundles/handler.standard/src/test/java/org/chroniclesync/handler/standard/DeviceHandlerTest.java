// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.testkits.handler.MessageHandlerContract;

class DeviceHandlerTest extends MessageHandlerContract {
  private static final Device DEVICE =
      new Device(new DeviceId("device"), "Linux", "agent", "Browser", "1");

  @Override
  protected Provided provide() {
    return new Provided(
        new DeviceHandler(),
        Set.of(Payload.DeviceInfo.TYPE),
        List.of(new Payload.DeviceInfo(DEVICE)));
  }
}
