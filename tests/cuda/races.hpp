// What ThreadSanitizer has reported.
#pragma once

namespace nbt::test {

int races_reported();

}  // namespace nbt::test
