#include <gtest/gtest.h>

#include "golden_arrays.hpp"
#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

using namespace std::string_literals;

// An npy file of version 1.0 with this header and `elements` after it.
std::string npy(const std::string& header, const std::string& elements, char version = 1) {
  std::string length = {static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  if (version > 1) length += "\0\0"s;
  return "\x93NUMPY"s + version + '\0' + length + header + elements;
}

Array read_text(const TemporaryFolder& folder, const std::string& content) {
  write_quickly(folder / "x.npy", content);
  return read_npy(folder / "x.npy");
}

std::string error_for(const TemporaryFolder& folder, const std::string& content) {
  return error_of([&] { read_text(folder, content); });
}

TEST(Npy, ReadsWhatNumpyWrote) {
  expect_array<int32_t>(read_npy("tests/golden/core/fortran_v2.npy"), ArrayType::i32, {2, 3}, {0, 1, 2, 3, 4, 5});
}

TEST(Npy, WritesTheBytesOfNumpy) {
  TemporaryFolder folder;
  std::vector<int32_t> values = {7, -1};
  write_npy(folder / "x.npy", Array::of(std::span<const int32_t>(values), {2}));
  // numpy 2.4.6: np.save(file, np.array([7, -1], "<i4"))
  std::string expected = "\x93NUMPY\x01\x00\x76\x00{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }"s;
  expected += std::string(127 - expected.size(), ' ') + "\n\x07\x00\x00\x00\xff\xff\xff\xff"s;
  EXPECT_EQ(read_file(folder / "x.npy"), expected);
}

TEST(Npy, ReadsBackWhatItWrote) {
  TemporaryFolder folder;
  for (const auto& [name, array] : assorted_arrays()) {
    write_npy(folder / "x.npy", array);
    expect_same({{name, read_npy(folder / "x.npy")}}, {{name, array}});
    EXPECT_EQ((read_file(folder / "x.npy").size() - array.bytes.size()) % 64, 0u) << "elements must be aligned";
  }
}

TEST(Npy, ReadsOddButValidHeaders) {
  TemporaryFolder folder;
  std::string two = "\x01\x02";
  expect_array<uint8_t>(read_text(folder, npy("{\"shape\":(2L,),\"fortran_order\":False,\"descr\":\"|u1\"}", two)),
                        ArrayType::u8, {2}, {1, 2});
  expect_array<uint8_t>(read_text(folder, npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2,)}\n", two, 3)),
                        ArrayType::u8, {2}, {1, 2});
  expect_array<uint8_t>(read_text(folder, npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", two)),
                        ArrayType::boolean, {2}, {1, 1});
}

TEST(Npy, ExplainsWhatItCannotRead) {
  TemporaryFolder folder;
  EXPECT_NE(error_of([&] { read_npy(folder / "absent.npy"); }).find("absent.npy': No such file"), std::string::npos);
  EXPECT_NE(error_of([&] { read_npy(folder.path()); }).find("no regular file"), std::string::npos);
  EXPECT_NE(error_for(folder, "").find("0 bytes"), std::string::npos);
  EXPECT_NE(error_for(folder, "hello world, no npy").find("does not begin with"), std::string::npos);
  EXPECT_NE(error_for(folder, npy("{}", "", 4)).find("version is 4.0"), std::string::npos);
  auto of = [&](const std::string& header) { return error_for(folder, npy(header, "12345678")); };
  EXPECT_NE(of("{}").find("missing"), std::string::npos);
  EXPECT_NE(of("").find("'{' expected"), std::string::npos);
  EXPECT_NE(of("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }").find("ends too early"), std::string::npos);
  EXPECT_NE(of("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }").find("shape"), std::string::npos);
  EXPECT_NE(of("{'descr': '<f4', 'fortran_order': maybe, 'shape': (2,), }").find("neither True nor False"),
            std::string::npos);
  EXPECT_NE(of("{'descr': '<f4', 'order': False, 'shape': (2,), }").find("unexpected key 'order'"), std::string::npos);
  EXPECT_NE(of("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }").find("dtype '<c8'"), std::string::npos);
  EXPECT_NE(of("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }").find("dtype '<f3'"), std::string::npos);
  EXPECT_NE(of("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }").find("records"),
            std::string::npos);
  EXPECT_NE(of("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }").find("pickled"), std::string::npos);
  EXPECT_NE(of("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }").find("no error"), std::string::npos);
  EXPECT_NE(error_for(folder, npy("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", std::string(8, '\xff')))
                .find("too large"),
            std::string::npos);
}

// 2^61 elements of 8 bytes are 2^64 bytes, which an unchecked product would take for none.
TEST(Npy, DoesNotBelieveALyingHeader) {
  TemporaryFolder folder;
  for (const char* shape :
       {"(2305843009213693952,)", "(4294967296, 4294967296)", "(9223372036854775807, 9223372036854775807)",
        "(1000000000000,)", "(99999999999999999999999,)"}) {
    std::string error =
        error_for(folder, npy("{'descr': '<f8', 'fortran_order': False, 'shape': "s + shape + ", }", "12345678"));
    EXPECT_TRUE(error.find("ends too early") != std::string::npos ||
                error.find("shape is no tuple") != std::string::npos)
        << error;
  }
  std::string long_header = "\x93NUMPY\x02\x00\xff\xff\xff\xff{"s;
  EXPECT_NE(error_for(folder, long_header).find("header is said to have 4294967295 bytes"), std::string::npos);
}

TEST(Npy, EveryTruncationIsAnError) {
  TemporaryFolder folder;
  std::vector<float> values = {1, 2, 3, 4};
  write_npy(folder / "whole.npy", Array::of(std::span<const float>(values), {2, 2}));
  std::string whole = read_file(folder / "whole.npy");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(error_for(folder, whole.substr(0, size)), "no error") << size;
}

TEST(Npy, EveryDamagedByteIsHandled) {
  TemporaryFolder folder;
  std::vector<float> values = {1, 2, 3, 4};
  write_npy(folder / "whole.npy", Array::of(std::span<const float>(values), {2, 2}));
  const std::string whole = read_file(folder / "whole.npy");
  for (size_t at = 0; at < whole.size(); ++at)
    for (char change : {'\x01', '\x5b'}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      expect_error_or_value([&] { read_text(folder, damaged); });
    }
}

}  // namespace
}  // namespace teasel
