// Files in the formats of published data sets, put together byte by byte.
#pragma once
#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace teasel {

template <class T>
std::string little_endian(T number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

inline std::string gzipped(const std::string& content) {
  z_stream stream{};
  if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A tar archive; names that end in '/' are folders.
inline std::string packed_tar(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  for (const auto& [name, content] : members) {
    std::string header(512, '\0');
    header.replace(0, name.size(), name);
    std::array<char, 12> size{};
    std::snprintf(size.data(), size.size(), "%011o", static_cast<unsigned>(content.size()));
    header.replace(124, 11, size.data());
    header[156] = name.ends_with('/') ? '5' : '0';
    header.replace(257, 8, std::string("ustar\00000", 8));
    header.replace(148, 8, 8, ' ');
    unsigned sum = 0;
    for (char c : header) sum += static_cast<unsigned char>(c);
    std::snprintf(size.data(), size.size(), "%06o", sum);
    header.replace(148, 6, size.data());
    header[154] = '\0';
    out += header + content + std::string((512 - content.size() % 512) % 512, '\0');
  }
  return out + std::string(1024, '\0');
}

// A binary matrix of NORB.
inline std::string packed_matrix(uint32_t magic, std::vector<int32_t> shape, const std::string& elements) {
  std::string out = little_endian(magic) + little_endian(static_cast<int32_t>(shape.size()));
  shape.resize(std::max<size_t>(3, shape.size()), 1);
  for (int32_t extent : shape) out += little_endian(extent);
  return out + elements;
}

// A MATLAB file with one array: its class, shape, the type its elements are stored in, and they, first index fastest.
inline std::string packed_mat(const std::string& name, uint32_t array_class, const std::vector<int32_t>& shape,
                              uint32_t type, const std::string& elements) {
  const auto element = [](uint32_t kind, const std::string& data) {
    return little_endian(kind) + little_endian(static_cast<uint32_t>(data.size())) + data +
           std::string((8 - data.size() % 8) % 8, '\0');
  };
  std::string extents;
  for (int32_t extent : shape) extents += little_endian(extent);
  const std::string array = element(6, little_endian(array_class) + little_endian(uint32_t{0})) + element(5, extents) +
                            element(1, name) + element(type, elements);
  return std::string(124, ' ') + little_endian(uint16_t{0x0100}) + "IM" + element(14, array);
}

}  // namespace teasel
