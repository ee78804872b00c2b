#include <gtest/gtest.h>

#include <cstring>

#include "golden_arrays.hpp"
#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

std::string safetensors(const std::string& header, const std::string& data) {
  uint64_t length = header.size();
  std::string out(8, '\0');
  std::memcpy(out.data(), &length, 8);
  return out + header + data;
}

std::string error_for(const TemporaryFolder& folder, const std::string& content) {
  write_quickly(folder / "x.safetensors", content);
  return error_of([&] { read_safetensors(folder / "x.safetensors"); });
}

TEST(SafeTensors, ReadsWhatTheReferenceWrote) {
  SafeTensors file = read_safetensors("tests/golden/core/tensors.safetensors");
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{{"format", "np"}, {"name", "β"}}));
  std::map<std::string, Array> tensors(file.tensors.begin(), file.tensors.end());
  ASSERT_EQ(tensors.size(), 5u);
  expect_array<float>(tensors.at("weight"), ArrayType::f32, {2, 3}, {0, .25f, .5f, .75f, 1, 1.25f});
  expect_array<int64_t>(tensors.at("step"), ArrayType::i64, {}, {7});
  expect_array<uint8_t>(tensors.at("mask"), ArrayType::boolean, {3}, {1, 0, 1});
  expect_array<float>(tensors.at("half"), ArrayType::f32, {2}, {.5f, -2});
  expect_array<double>(tensors.at("none"), ArrayType::f64, {0, 2}, {});
  EXPECT_EQ(read_safetensors_metadata("tests/golden/core/tensors.safetensors"), file.metadata);
}

TEST(SafeTensors, ReadsBackWhatItWrote) {
  TemporaryFolder folder;
  SafeTensors file{assorted_arrays(), {{"zeta", "last"}, {"alpha", "\"quoted\" β\n"}}};
  write_safetensors(folder / "x.safetensors", file);
  SafeTensors back = read_safetensors(folder / "x.safetensors");
  expect_same(back.tensors, file.tensors);
  EXPECT_EQ(back.metadata, file.metadata);
  write_safetensors(folder / "none.safetensors", {});
  EXPECT_TRUE(read_safetensors(folder / "none.safetensors").tensors.empty());
}

TEST(SafeTensors, WritesTheFormatAsDocumented) {
  TemporaryFolder folder;
  Array byte{ArrayType::u8, {1}, {std::byte{9}}}, number{ArrayType::i32, {1}, {std::byte{1}, {}, {}, {}}};
  write_safetensors(folder / "x.safetensors", {{{"a", byte}, {"b", number}}, {{"k", "v"}}});
  // Names in the order given, the wider elements first in the data, the header padded to 8 bytes with spaces.
  std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"b":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}})";
  header.append((8 - header.size() % 8) % 8, ' ');
  EXPECT_EQ(read_file(folder / "x.safetensors"), safetensors(header, std::string("\1\0\0\0\x09", 5)));
}

TEST(SafeTensors, EveryTensorIsAligned) {
  TemporaryFolder folder;
  auto filled = [](ArrayType type, size_t count, char with) {
    return Array{type, {static_cast<int64_t>(count)}, std::vector<std::byte>(count * size_of(type), std::byte(with))};
  };
  write_safetensors(folder / "x.safetensors", {{{"a", filled(ArrayType::u8, 3, 'A')},
                                                {"b", filled(ArrayType::f32, 3, 'B')},
                                                {"c", filled(ArrayType::f64, 3, 'C')}},
                                               {}});
  std::string content = read_file(folder / "x.safetensors");
  EXPECT_NE(content.find("AAA"), std::string::npos);
  EXPECT_EQ(content.find(std::string(12, 'B')) % 4, 0u);
  EXPECT_EQ(content.find(std::string(24, 'C')) % 8, 0u);
}

TEST(SafeTensors, WidensHalfAndSmallIntegers) {
  TemporaryFolder folder;
  write_quickly(
      folder / "x.safetensors",
      safetensors(
          R"({"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"U16","shape":[1],"data_offsets":[4,6]}})",
          std::string("\x80\x3f\x20\xc0\xff\xff", 6)));
  NamedArrays tensors = read_safetensors(folder / "x.safetensors").tensors;
  expect_array<float>(tensors.at(0).second, ArrayType::f32, {2}, {1, -2.5f});
  expect_array<int32_t>(tensors.at(1).second, ArrayType::i32, {1}, {65535});
}

TEST(SafeTensors, RefusesInvalidFiles) {
  TemporaryFolder folder;
  auto entry = [](const char* name, const char* rest) {
    return std::string("\"") + name + "\":{\"dtype\":\"U8\"," + rest + "}";
  };
  auto of = [&](const std::string& header, size_t data = 4) {
    return error_for(folder, safetensors(header, std::string(data, 'x')));
  };
  auto expect = [](const std::string& error, const char* part) {
    EXPECT_NE(error.find(part), std::string::npos) << error;
  };
  std::string first = entry("a", R"("shape":[2],"data_offsets":[0,2])");
  EXPECT_EQ(of("{" + first + "}", 2), "no error");
  expect(of("{" + first + "}"), "end at byte 2 of 4");
  expect(of("{" + first + "," + entry("b", R"("shape":[1],"data_offsets":[3,4])") + "}"), "begins at byte 3");  // a gap
  expect(of("{" + first + "," + entry("b", R"("shape":[3],"data_offsets":[1,4])") + "}"),
         "begins at byte 1");  // an overlap
  expect(of("{" + first + "," + entry("b", R"("shape":[9],"data_offsets":[2,11])") + "}"), "does not fill");
  expect(of("{" + entry("a", R"("shape":[3],"data_offsets":[0,4])") + "}"), "does not fill");
  expect(of("{" + entry("a", R"("shape":[4],"data_offsets":[4,0])") + "}"), "rising");
  expect(of("{" + entry("a", R"("shape":[-4],"data_offsets":[0,4])") + "}"), "holds -4");
  expect(of("{" + entry("a", R"("shape":[4.0],"data_offsets":[0,4])") + "}"), "holds 4.0");
  expect(of("{" + entry("a", R"("shape":[4294967296,4294967296],"data_offsets":[0,4])") + "}"), "does not fill");
  expect(of("{" + entry("a", R"("data_offsets":[0,4])") + "}"), "3");
  expect(of("{" + entry("a", R"("shape":[4],"data_offsets":[0,4],"more":1)") + "}"), "4 keys");
  expect(of("{" + first + "," + first + "}", 2), "stands twice");
  expect(of(R"({"a":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[0,4]}})"), "dtype 'F8_E5M2'");
  expect(of(R"({"__metadata__":{"a":1}})", 0), "no text");
  expect(of(R"({"__metadata__":[]})", 0), "no table");
  expect(of("{\"a\":", 0), "no JSON");
  expect(of(R"({"a":1e999})", 0), "no JSON");
  expect(of("{\"a\":" + std::string(1 << 20, '[') + std::string(1 << 20, ']') + "}", 0), "nested too deeply");
  expect(of(" {}", 0), "begin with '{'");
  expect(of("[]", 0), "begin with '{'");
  expect(error_for(folder, "short"), "5 bytes");
  expect(error_for(folder, std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10)), "limit");
  expect(error_for(folder, std::string("\x00\x10\x00\x00\x00\x00\x00\x00{}", 10)), "4096");
  expect(error_of([&] { read_safetensors(folder / "absent.safetensors"); }), "No such file");
}

TEST(SafeTensors, RefusesToWriteOneNameTwice) {
  TemporaryFolder folder;
  Array array{ArrayType::u8, {1}, {std::byte{1}}};
  EXPECT_THROW(write_safetensors(folder / "x", {{{"a", array}, {"a", array}}, {}}), std::invalid_argument);
  EXPECT_THROW(write_safetensors(folder / "x", {{{"__metadata__", array}}, {}}), std::invalid_argument);
  EXPECT_TRUE(folder.names().empty());
}

TEST(SafeTensors, DamageIsHandled) {
  TemporaryFolder folder;
  Array numbers{ArrayType::i32, {2}, std::vector<std::byte>(8, std::byte{3})};
  write_safetensors(folder / "whole", {{{"a", numbers}}, {{"k", "v"}}});
  const std::string whole = read_file(folder / "whole");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(error_for(folder, whole.substr(0, size)), "no error") << size;
  for (size_t at = 0; at < whole.size(); ++at)
    for (char change : {'\x01', '\x5b'}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      write_quickly(folder / "x", damaged);
      expect_error_or_value([&] { read_safetensors(folder / "x"); });
    }
}

}  // namespace
}  // namespace teasel
