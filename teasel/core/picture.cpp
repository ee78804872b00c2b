#include "teasel/core/picture.hpp"

#include <fmt/format.h>
#include <png.h>

#include <csetjmp>
#include <cstring>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"

namespace teasel {
namespace {

// Deflate codes at most 258 bytes in 2 bits (RFC 1951), so a file of n bytes holds at most about 1032 n.
constexpr size_t most_expansion = 1032;

// What libpng's callbacks see. libpng reports errors by longjmp, which must not leap over objects with destructors:
// these live outside of the functions that call setjmp.
struct Job {
  std::string_view in;  // what is still to be read
  std::string out;      // what was written
  char message[256] = {};
  std::jmp_buf escape;
};

Job& job_of(png_structp png) { return *static_cast<Job*>(png_get_error_ptr(png)); }

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  Job& job = job_of(png);
  std::strncpy(job.message, message, sizeof job.message - 1);
  std::longjmp(job.escape, 1);
}
void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep to, size_t count) {
  Job& job = job_of(png);
  if (count > job.in.size()) png_error(png, "it ends too early");
  std::memcpy(to, job.in.data(), count);
  job.in.remove_prefix(count);
}
void on_write(png_structp png, png_bytep from, size_t count) {
  job_of(png).out.append(reinterpret_cast<char*>(from), count);
}
void on_flush(png_structp) {}

struct Header {
  png_uint_32 width = 0, height = 0;
  int channels = 0;  // after the transformations: 1 grey, 2 with alpha, 3 RGB, 4 with alpha
};

// Everything up to the pixels. False with job.message set where the file is broken.
bool read_header(Job& job, png_structp png, png_infop info, Header& header) {
  if (setjmp(job.escape)) return false;
  png_set_read_fn(png, nullptr, on_read);
  png_read_info(png, info);
  png_set_expand(png);  // palettes to RGB, 1 to 4 bits to 8, transparency to alpha
  png_set_scale_16(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  header = {png_get_image_width(png, info), png_get_image_height(png, info), png_get_channels(png, info)};
  return true;
}

bool read_rows(Job& job, png_structp png, png_bytepp rows) {
  if (setjmp(job.escape)) return false;
  png_read_image(png, rows);
  png_read_end(png, nullptr);
  return true;
}

bool write_rows(Job& job, png_structp png, png_infop info, const Picture& picture, png_bytepp rows) {
  if (setjmp(job.escape)) return false;
  png_set_write_fn(png, nullptr, on_write, on_flush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height), 8,
               picture.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_write_image(png, rows);
  png_write_end(png, nullptr);
  return true;
}

struct Reader {
  explicit Reader(Job& job) : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning)) {
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc();
  }
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  png_structp png;
  png_infop info = nullptr;
};

struct Writer {
  explicit Writer(Job& job) : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning)) {
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc();
  }
  ~Writer() { png_destroy_write_struct(&png, &info); }
  png_structp png;
  png_infop info = nullptr;
};

std::vector<png_bytep> rows_of(uint8_t* pixels, size_t height, size_t row_bytes) {
  std::vector<png_bytep> rows(height);
  for (size_t y = 0; y < height; ++y) rows[y] = pixels + y * row_bytes;
  return rows;
}

// Lays pixels with alpha (not premultiplied) on white.
std::vector<uint8_t> on_white(const std::vector<uint8_t>& pixels, int channels) {
  const size_t colours = static_cast<size_t>(channels) - 1, count = pixels.size() / static_cast<size_t>(channels);
  std::vector<uint8_t> out(count * colours);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* from = pixels.data() + i * channels;
    const unsigned alpha = from[colours];
    for (size_t c = 0; c < colours; ++c)
      out[i * colours + c] = static_cast<uint8_t>((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  return out;
}

}  // namespace

Picture::Picture(int width_, int height_, int channels_, uint8_t fill)
    : width(width_), height(height_), channels(channels_) {
  if (width < 0 || height < 0 || (channels != 1 && channels != 3))
    throw std::invalid_argument("a picture has 1 or 3 channels and no negative size");
  pixels.assign(static_cast<size_t>(width) * static_cast<size_t>(height) * static_cast<size_t>(channels), fill);
}

std::string encode_png(const Picture& picture) {
  const size_t row_bytes = static_cast<size_t>(picture.width) * static_cast<size_t>(picture.channels);
  if (picture.width <= 0 || picture.height <= 0 || (picture.channels != 1 && picture.channels != 3) ||
      picture.pixels.size() != row_bytes * static_cast<size_t>(picture.height))
    throw std::invalid_argument(fmt::format("a PNG file of {} x {} x {} with {} bytes", picture.width, picture.height,
                                            picture.channels, picture.pixels.size()));
  auto rows = rows_of(const_cast<uint8_t*>(picture.pixels.data()), static_cast<size_t>(picture.height), row_bytes);
  Job job;
  Writer writer(job);
  if (!write_rows(job, writer.png, writer.info, picture, rows.data()))
    throw std::runtime_error(fmt::format("cannot encode a PNG file: {}", job.message));
  return std::move(job.out);
}

void write_png(const std::filesystem::path& path, const Picture& picture) { write_file(path, encode_png(picture)); }

Picture read_png(const std::filesystem::path& path) { return decode_png(read_file(path), path); }

Picture decode_png(std::string_view content, const std::filesystem::path& path) {
  Job job;
  job.in = content;
  auto fail = [&](const std::string& reason) {
    throw Error(fmt::format("'{}' is no readable PNG file: {}", path.string(), reason),
                "Convert the picture to PNG, or fetch it again.");
  };
  if (content.size() < 8 || png_sig_cmp(reinterpret_cast<png_const_bytep>(content.data()), 0, 8) != 0)
    fail("it does not begin like one");
  Reader reader(job);
  Header header;
  if (!read_header(job, reader.png, reader.info, header)) fail(job.message);
  const size_t row_bytes = static_cast<size_t>(header.width) * static_cast<size_t>(header.channels);
  // A row of one-bit palette pixels expands 32-fold after inflation.
  if (header.height > content.size() * most_expansion * 32 / row_bytes)
    fail(fmt::format("{} x {} pixels are promised, more than the file can hold", header.width, header.height));
  std::vector<uint8_t> pixels(row_bytes * header.height);
  auto rows = rows_of(pixels.data(), header.height, row_bytes);
  if (!read_rows(job, reader.png, rows.data())) fail(job.message);
  Picture picture;
  picture.width = static_cast<int>(header.width);
  picture.height = static_cast<int>(header.height);
  picture.channels = header.channels >= 3 ? 3 : 1;
  picture.pixels = header.channels % 2 == 0 ? on_white(pixels, header.channels) : std::move(pixels);
  return picture;
}

}  // namespace teasel
